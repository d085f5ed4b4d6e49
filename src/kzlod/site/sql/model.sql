-- Which properties the things of each class have, and to which classes these lead; the most used first.
WITH used AS (
  SELECT c.class, t.predicate, o.class AS target, count(*) AS number
  FROM triples AS t JOIN site_pages.chief_classes AS c ON c.iri = t.subject
  LEFT JOIN site_pages.chief_classes AS o ON o.iri = t.object
  WHERE t.predicate <> $type
  GROUP BY c.class, t.predicate, o.class
), classes AS (
  SELECT class, count(*) AS things FROM site_pages.chief_classes WHERE iri IN (SELECT subject FROM triples) GROUP BY class
)
SELECT used.class, classes.things, used.predicate, used.target, used.number
FROM used JOIN classes ON classes.class = used.class
ORDER BY classes.things DESC, used.class, used.number DESC, used.predicate, used.target
