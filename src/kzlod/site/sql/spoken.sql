-- In how many languages the things of the dataset have a name of their own.
SELECT l.tag, count(DISTINCT n.iri) AS named, (SELECT count(*) FROM site_pages.nodes WHERE NOT is_fact) AS number
FROM site_pages.languages AS l
LEFT JOIN site_pages.names AS n ON split_part(n.tag, '-', 1) = l.tag AND n.iri IN (SELECT iri FROM site_pages.nodes WHERE NOT is_fact)
GROUP BY l.tag, l.number ORDER BY l.number
