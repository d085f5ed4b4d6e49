-- The facts that stand in one conflict with others, and these themselves.
SELECT DISTINCT a.object AS fact, a.subject AS conflict, l.texts, l.tags, b.object AS rival
FROM quads AS a JOIN quads AS b ON b.subject = a.subject AND b.predicate = $rival
LEFT JOIN site_pages.labels AS l ON l.iri = a.subject
WHERE a.predicate = $rival AND a.object IN (SELECT unnest($facts))
ORDER BY ALL
