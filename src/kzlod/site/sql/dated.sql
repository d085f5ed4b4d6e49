-- Events in the order of time, with what they are called.
SELECT n.iri, c.class, l.texts, l.tags, s.earliest_start, s.latest_start, s.earliest_end, s.latest_end, s.edtf,
  c.is_accepted, count(*) OVER () AS total
FROM site_pages.nodes AS n JOIN site_pages.spans AS s ON s.iri = n.iri
JOIN (SELECT DISTINCT subject FROM quads WHERE predicate = $type AND object IN (SELECT unnest($events))) AS q ON q.subject = n.iri
LEFT JOIN site_pages.chief_classes AS c ON c.iri = n.iri LEFT JOIN site_pages.labels AS l ON l.iri = n.iri
WHERE coalesce(s.earliest_start, s.latest_start, s.earliest_end, s.latest_end) IS NOT NULL
ORDER BY coalesce(s.earliest_start, s.latest_start, s.earliest_end, s.latest_end), n.iri
