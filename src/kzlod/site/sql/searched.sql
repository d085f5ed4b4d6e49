-- Every name of each thing, the best first, to be found by; facts are found by what they are about.
SELECT n.iri, c.class, list(s.text ORDER BY s.rank, s.tag, s.text) AS texts, list(s.tag ORDER BY s.rank, s.tag, s.text) AS tags
FROM site_pages.nodes AS n JOIN site_pages.searched_names AS s ON s.iri = n.iri
LEFT JOIN site_pages.chief_classes AS c ON c.iri = n.iri
WHERE NOT n.is_fact
GROUP BY n.iri, c.class ORDER BY n.iri
