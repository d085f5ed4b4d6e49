-- The things of each folder of the site, with what a list shows of them: facts by their line, others by name.
SELECT p.folder, n.iri, n.is_fact, c.class, l.texts, l.tags, s.earliest_start, s.latest_start, s.earliest_end, s.latest_end, s.edtf,
  f.line, f.status, c.is_accepted, count(*) OVER (PARTITION BY p.folder) AS total
FROM site_pages.paths AS p JOIN site_pages.nodes AS n ON n.iri = p.iri
LEFT JOIN site_pages.chief_classes AS c ON c.iri = n.iri LEFT JOIN site_pages.labels AS l ON l.iri = n.iri
LEFT JOIN site_pages.spans AS s ON s.iri = n.iri LEFT JOIN facts AS f ON f.iri = n.iri
ORDER BY p.folder, coalesce(f.line, 0), lower(coalesce(l.texts[1], p.path)), n.iri
