-- What each fact says.
SELECT q.graph AS iri, q.subject, q.predicate, q.object, list(DISTINCT q.rule ORDER BY q.rule) AS rules,
  any_value(s.texts), any_value(s.tags), any_value(o.texts), any_value(o.tags), any_value(n.iri) IS NOT NULL AS is_node
FROM quads AS q LEFT JOIN site_pages.labels AS s ON s.iri = q.subject LEFT JOIN site_pages.labels AS o ON o.iri = q.object
LEFT JOIN site_pages.nodes AS n ON n.iri = q.object
WHERE q.graph <> $evidence AND q.graph >= $first AND q.graph < $next
GROUP BY q.graph, q.subject, q.predicate, q.object
ORDER BY q.graph, q.subject, q.predicate, q.object
