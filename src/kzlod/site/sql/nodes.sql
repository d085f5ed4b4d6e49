-- What has a page: everything of the dataset that something is said of. Parts of a fact (fact/...#e1) stand on its page.
CREATE OR REPLACE TABLE site_pages.nodes AS
SELECT subject AS iri, bool_or(graph = $evidence AND predicate = $status) AS is_fact
FROM quads WHERE starts_with(subject, '<' || $base) AND NOT contains(subject, '#')
GROUP BY subject;

-- The class by which a thing is called, and whether an accepted fact says so; what is said of evidence needs none.
CREATE OR REPLACE TABLE site_pages.chief_classes AS
SELECT DISTINCT ON (q.subject) q.subject AS iri, q.object AS class, t.subject IS NOT NULL OR q.graph = $evidence AS is_accepted
FROM quads AS q LEFT JOIN site_pages.class_ranks AS r ON r.term = q.object
LEFT JOIN triples AS t ON t.subject = q.subject AND t.predicate = q.predicate AND t.object = q.object
WHERE q.predicate = $type
ORDER BY q.subject, coalesce(r.rank, 1000000), q.object, is_accepted DESC;

-- The names of a thing for each language of the site: in the language, in its family, in the first language, in no language, in another.
CREATE OR REPLACE TABLE site_pages.names AS
SELECT DISTINCT q.subject AS iri, r.rank, regexp_extract(q.object, '"@([A-Za-z0-9-]+)$', 1) AS tag,
  regexp_extract(q.object, '^"((?s:.*))"(?:@[A-Za-z0-9-]+|\^\^<[^<>]*>)?$', 1) AS text
FROM quads AS q JOIN site_pages.label_ranks AS r ON r.term = q.predicate
WHERE q.object LIKE '"%';

CREATE OR REPLACE TABLE site_pages.labels AS
SELECT iri, list(text ORDER BY number) AS texts, list(tag ORDER BY number) AS tags FROM (
  SELECT DISTINCT ON (n.iri, l.number) n.iri, l.number, n.text, n.tag
  FROM site_pages.names AS n CROSS JOIN site_pages.languages AS l
  ORDER BY n.iri, l.number,
    CASE WHEN n.tag = l.tag THEN 0 WHEN split_part(n.tag, '-', 1) = l.tag THEN 1 WHEN n.tag = $first THEN 2 WHEN n.tag = '' THEN 3
      ELSE 4 END,
    n.rank, n.tag, n.text
) GROUP BY iri;

-- When a thing was: the bounds of its start and end, and the time as it is known. A day that no calendar has, or before our era, is
-- not drawn.
CREATE OR REPLACE TABLE site_pages.spans AS
WITH times AS (
  SELECT subject, predicate, object, CASE
    WHEN regexp_matches(object, '^"[0-9]{4}-[0-9]{2}-[0-9]{2}[Z+"-]') AND object[2:5] <> '0000' AND TRY_CAST(object[2:11] AS DATE) IS NOT NULL
    THEN object[2:11] END AS day
  FROM quads WHERE starts_with(predicate, $ns)
)
SELECT subject AS iri,
  min(day) FILTER (predicate = $ns || 'earliestStart>') AS earliest_start,
  max(day) FILTER (predicate = $ns || 'latestStart>') AS latest_start,
  min(day) FILTER (predicate = $ns || 'earliestEnd>') AS earliest_end,
  max(day) FILTER (predicate = $ns || 'latestEnd>') AS latest_end,
  min(regexp_extract(object, '^"([^"]*)"', 1)) FILTER (predicate = $ns || 'edtf>') AS edtf
FROM times GROUP BY subject;

-- The names by which things are searched: those that they are called by, and all others.
CREATE OR REPLACE TABLE site_pages.searched_names AS
SELECT DISTINCT ON (iri, text, tag) iri, rank, text, tag FROM (
  SELECT iri, rank, text, tag FROM site_pages.names
  UNION ALL
  SELECT subject, 100, regexp_extract(object, '^"((?s:.*))"(?:@[A-Za-z0-9-]+|\^\^<[^<>]*>)?$', 1),
    regexp_extract(object, '"@([A-Za-z0-9-]+)$', 1)
  FROM quads WHERE predicate IN (SELECT term FROM site_pages.other_names) AND object LIKE '"%'
) ORDER BY iri, text, tag, rank;
