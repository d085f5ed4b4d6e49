-- By which statement alone a fact is known, and who speaks there.
SELECT e.subject AS fact, e.object AS statement, any_value(l.texts), any_value(l.tags),
  list(DISTINCT q.object ORDER BY q.object) FILTER (q.object IS NOT NULL) AS speakers
FROM quads AS e LEFT JOIN site_pages.labels AS l ON l.iri = e.object
LEFT JOIN quads AS q ON q.subject = e.object AND q.predicate = $speaker
WHERE e.graph = $evidence AND e.predicate = $according_to AND e.subject IN (SELECT unnest($facts))
GROUP BY e.subject, e.object ORDER BY ALL
