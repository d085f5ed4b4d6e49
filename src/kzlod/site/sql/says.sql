-- What stands in each document, in its order; a fact that stands there in several places is listed at each.
SELECT '<' || $base || p.document || '>' AS document, p.start, p."end", p.iri, f.status, l.texts, l.tags, c.class,
  count(*) OVER (PARTITION BY p.document) AS total
FROM passages AS p JOIN facts AS f ON f.iri = p.iri
LEFT JOIN site_pages.labels AS l ON l.iri = p.iri
LEFT JOIN site_pages.chief_classes AS c ON c.iri = (
  SELECT arg_min(q.subject, q.subject) FROM quads AS q WHERE q.graph = p.iri
)
ORDER BY p.document, p.start, p."end", p.iri
