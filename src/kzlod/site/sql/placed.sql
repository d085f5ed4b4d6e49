-- What has coordinates, and what says so: where something has this as its place, that is what is named.
WITH places AS (
  SELECT subject AS iri, min(object) FILTER (predicate = $latitude) AS latitude, min(object) FILTER (predicate = $longitude) AS longitude
  FROM triples WHERE predicate IN ($latitude, $longitude) GROUP BY subject
)
SELECT coalesce(h.subject, p.iri) AS iri, l.texts, l.tags, p.iri AS place, p.latitude AS latitude_term, p.longitude AS longitude_term,
  TRY_CAST(regexp_extract(p.latitude, '"([^"]*)"', 1) AS DOUBLE) AS latitude,
  TRY_CAST(regexp_extract(p.longitude, '"([^"]*)"', 1) AS DOUBLE) AS longitude,
  count(*) OVER () AS total
FROM places AS p LEFT JOIN triples AS h ON h.object = p.iri AND h.predicate = $site
LEFT JOIN site_pages.labels AS l ON l.iri = coalesce(h.subject, p.iri)
WHERE p.latitude IS NOT NULL AND p.longitude IS NOT NULL
  AND TRY_CAST(regexp_extract(p.latitude, '"([^"]*)"', 1) AS DOUBLE) BETWEEN -90 AND 90
  AND TRY_CAST(regexp_extract(p.longitude, '"([^"]*)"', 1) AS DOUBLE) BETWEEN -180 AND 180
ORDER BY lower(coalesce(l.texts[1], '')), 1, p.iri
