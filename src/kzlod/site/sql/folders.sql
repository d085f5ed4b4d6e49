-- The folders of the site: how much is in each, what it is for the most part, and the first thing in it whose class is accepted.
SELECT p.folder, count(*) AS number, any_value(n.is_fact) AS is_fact, mode(c.class ORDER BY c.class) AS class,
  min((n.iri, c.class, f.status)) FILTER (c.is_accepted) AS first
FROM site_pages.paths AS p JOIN site_pages.nodes AS n ON n.iri = p.iri LEFT JOIN site_pages.chief_classes AS c ON c.iri = n.iri
LEFT JOIN facts AS f ON f.iri = n.iri
GROUP BY p.folder ORDER BY p.folder
