-- How many facts each source holds, by status, and how many passages and table rows they cite.
SELECT f.source, count(*) AS facts, count(*) FILTER (f.status = 'accepted') AS accepted,
  count(DISTINCT p.iri) AS with_passages
FROM facts AS f LEFT JOIN (SELECT DISTINCT iri FROM passages) AS p ON p.iri = f.iri
GROUP BY f.source ORDER BY f.source
