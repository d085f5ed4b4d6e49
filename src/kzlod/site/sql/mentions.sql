-- What names each thing as the object of a statement, with its time; what is older comes first.
SELECT m.iri, m.predicate, m.subject, m.facts, c.class, l.texts, l.tags,
  s.earliest_start, s.latest_start, s.earliest_end, s.latest_end, s.edtf, count(*) OVER (PARTITION BY m.iri) AS total
FROM (
  SELECT object AS iri, predicate, subject, list(DISTINCT graph ORDER BY graph) AS facts
  FROM quads WHERE starts_with(object, '<' || $base) AND graph <> $evidence AND NOT contains(subject, '#')
    AND object >= $first AND object < $next
  GROUP BY object, predicate, subject
) AS m JOIN site_pages.nodes AS n ON n.iri = m.iri
LEFT JOIN site_pages.chief_classes AS c ON c.iri = m.subject
LEFT JOIN site_pages.class_ranks AS r ON r.term = c.class
LEFT JOIN site_pages.labels AS l ON l.iri = m.subject
LEFT JOIN site_pages.spans AS s ON s.iri = m.subject
ORDER BY m.iri, coalesce(r.rank, 1000000), coalesce(c.class, ''), m.predicate,
  coalesce(s.latest_start, s.earliest_start, s.earliest_end, '9999'), m.subject
