-- The folders of the site: how much is in each, and what it is for the most part.
SELECT p.folder, count(*) AS number, any_value(n.is_fact) AS is_fact, mode(c.class) AS class
FROM site_pages.paths AS p JOIN site_pages.nodes AS n ON n.iri = p.iri LEFT JOIN site_pages.chief_classes AS c ON c.iri = n.iri
GROUP BY p.folder ORDER BY p.folder
