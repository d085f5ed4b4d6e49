-- Which facts stand in conflicts.
SELECT subject, predicate, object FROM triples WHERE predicate = $rival ORDER BY ALL
