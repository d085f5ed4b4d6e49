-- What some things are called.
SELECT iri, texts, tags FROM site_pages.labels WHERE iri IN (SELECT unnest($iris))
