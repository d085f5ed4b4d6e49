-- How much of each document is evidence: characters that at least one fact cites.
WITH marks AS (
  SELECT document, start AS place, 1 AS step FROM (SELECT DISTINCT document, start, "end" FROM passages)
  UNION ALL SELECT document, "end", -1 FROM (SELECT DISTINCT document, start, "end" FROM passages)
), depths AS (
  SELECT document, place, sum(sum(step)) OVER (PARTITION BY document ORDER BY place) AS depth,
    lead(place) OVER (PARTITION BY document ORDER BY place) AS next
  FROM marks GROUP BY document, place
)
SELECT '<' || $base || d.document || '>' AS document, sum(next - place) FILTER (depth > 0) AS cited,
  (SELECT count(DISTINCT iri) FROM passages AS p WHERE p.document = d.document) AS facts,
  (SELECT count(DISTINCT (start, "end")) FROM passages AS p WHERE p.document = d.document) AS passages
FROM depths AS d GROUP BY d.document ORDER BY d.document
