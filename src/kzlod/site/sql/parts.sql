-- The things of one class that have no name are called by their parts. Those may have been called so themselves, by then.
CREATE OR REPLACE TABLE site_pages.parts AS
SELECT DISTINCT ON (c.iri, p.slot) c.iri, p.slot, q.object
FROM site_pages.chief_classes AS c JOIN site_pages.name_parts AS p ON p.class = c.class AND p.class = $class
JOIN (
  SELECT subject, predicate, object FROM quads
  UNION ALL SELECT object, '^' || predicate, subject FROM quads
) AS q ON q.subject = c.iri AND q.predicate = p.predicate
WHERE c.iri NOT IN (SELECT iri FROM site_pages.labels) AND (q.object LIKE '"%' OR q.object IN (SELECT iri FROM site_pages.labels))
ORDER BY c.iri, p.slot, p.choice, q.object;

INSERT INTO site_pages.labels
SELECT iri, list(text ORDER BY number), list($first ORDER BY number) FROM (
  SELECT p.iri, l.number,
    string_agg(coalesce(t.texts[l.number], regexp_extract(p.object, '^"((?s:.*))"(?:@[A-Za-z0-9-]+|\^\^<[^<>]*>)?$', 1)),
      ' · ' ORDER BY p.slot) AS text
  FROM site_pages.parts AS p CROSS JOIN site_pages.languages AS l LEFT JOIN site_pages.labels AS t ON t.iri = p.object
  GROUP BY p.iri, l.number
) GROUP BY iri;
