-- The first IRIs of parts of all that has a page: results are read whole, so each part is asked for by itself.
SELECT iri FROM (SELECT iri, row_number() OVER (ORDER BY iri) AS number FROM site_pages.nodes) WHERE (number - 1) % $size = 0
ORDER BY iri
