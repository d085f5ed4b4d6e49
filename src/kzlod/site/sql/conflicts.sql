-- The conflicts, with how many facts stand in each.
SELECT q.subject, any_value(l.texts), any_value(l.tags), count(DISTINCT q.object)
FROM quads AS q LEFT JOIN site_pages.labels AS l ON l.iri = q.subject
WHERE q.predicate = $rival GROUP BY q.subject ORDER BY q.subject
