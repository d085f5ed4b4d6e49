-- What belongs to what, with a fact that says so.
SELECT q.subject, q.object, min(q.graph) AS fact, q.predicate
FROM quads AS q JOIN triples AS t ON t.subject = q.subject AND t.predicate = q.predicate AND t.object = q.object
JOIN site_pages.nodes AS a ON a.iri = q.subject JOIN site_pages.nodes AS b ON b.iri = q.object
WHERE q.predicate IN (SELECT unnest($parts))
GROUP BY q.subject, q.object, q.predicate ORDER BY ALL
