-- What is said of each thing and of its parts, with the facts that say it and the rules that wrote it.
WITH said AS (
  SELECT CASE WHEN contains(subject, '#') THEN split_part(subject, '#', 1) || '>' ELSE subject END AS iri, *
  FROM quads WHERE starts_with(subject, '<' || $base)
)
SELECT s.iri, s.subject, s.predicate, s.object, s.facts, s.rules, l.texts, l.tags, n.iri IS NOT NULL AS is_node
FROM (
  SELECT iri, subject, predicate, object,
    list(DISTINCT graph ORDER BY graph) AS facts, list(DISTINCT rule ORDER BY rule) AS rules
  FROM said WHERE iri >= $first AND iri < $next
  GROUP BY iri, subject, predicate, object
) AS s LEFT JOIN site_pages.labels AS l ON l.iri = s.object LEFT JOIN site_pages.nodes AS n ON n.iri = s.object
ORDER BY s.iri, s.subject <> s.iri, s.subject, s.predicate, s.object
