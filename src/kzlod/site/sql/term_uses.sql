-- How often each property and class is used.
SELECT term, sum(number) FROM (
  SELECT predicate AS term, count(*) AS number FROM quads GROUP BY predicate
  UNION ALL SELECT object, count(*) FROM quads WHERE predicate = $type GROUP BY object
) GROUP BY term ORDER BY term
