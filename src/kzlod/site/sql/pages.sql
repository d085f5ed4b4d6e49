-- Each thing that has a page, with what it is called and when it was.
SELECT n.iri, n.is_fact, c.class, l.texts, l.tags, s.earliest_start, s.latest_start, s.earliest_end, s.latest_end, s.edtf
FROM site_pages.nodes AS n LEFT JOIN site_pages.chief_classes AS c ON c.iri = n.iri LEFT JOIN site_pages.labels AS l ON l.iri = n.iri
LEFT JOIN site_pages.spans AS s ON s.iri = n.iri
WHERE n.iri >= $first AND n.iri < $next
ORDER BY n.iri
