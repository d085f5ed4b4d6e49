-- A fact is called by the thing that it says most of.
INSERT INTO site_pages.labels
SELECT s.graph, l.texts, l.tags FROM (
  SELECT DISTINCT ON (graph) graph, subject
  FROM (SELECT graph, subject, count(*) AS number FROM quads WHERE graph <> $evidence GROUP BY ALL)
  ORDER BY graph, number DESC, subject
) AS s JOIN site_pages.labels AS l ON l.iri = s.subject
WHERE s.graph NOT IN (SELECT iri FROM site_pages.labels);
