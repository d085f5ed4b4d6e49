-- The accepted facts as nanopublications (https://nanopub.net/guidelines/working_draft/): four graphs each, sorted.
WITH accepted AS (
  SELECT DISTINCT subject AS fact, '<' || $base || 'nanopub/' || rtrim(substr(subject, length($base) + 7), '>') || '#' AS stem
  FROM quads
  WHERE graph = $evidence AND predicate = $status AND object = $accepted
    AND (len($facts::VARCHAR[]) = 0 OR subject IN (SELECT unnest($facts::VARCHAR[])))
),
named AS (
  SELECT fact, stem || '>' AS nanopub, stem || 'Head>' AS head, stem || 'assertion>' AS assertion, stem || 'provenance>' AS provenance,
    stem || 'pubinfo>' AS pubinfo
  FROM accepted
),
evidence AS (SELECT subject, predicate, object FROM quads WHERE graph = $evidence),
-- The passages and rows where a fact stands, with their selectors.
spans AS (
  SELECT n.fact, e.* FROM evidence AS e JOIN named AS n ON n.fact = regexp_extract(e.subject, '^(<[^#]*)#', 1) || '>'
),
statements AS (
  SELECT head AS graph, nanopub AS subject, '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>' AS predicate,
    '<http://www.nanopub.org/nschema#Nanopublication>' AS object FROM named
  UNION ALL SELECT head, nanopub, '<http://www.nanopub.org/nschema#hasAssertion>', assertion FROM named
  UNION ALL SELECT head, nanopub, '<http://www.nanopub.org/nschema#hasProvenance>', provenance FROM named
  UNION ALL SELECT head, nanopub, '<http://www.nanopub.org/nschema#hasPublicationInfo>', pubinfo FROM named

  UNION ALL SELECT n.assertion, q.subject, q.predicate, q.object FROM quads AS q JOIN named AS n ON n.fact = q.graph

  -- What is said of the fact is said of the assertion, which is no k:Fact itself.
  UNION ALL SELECT n.provenance, n.assertion, e.predicate, e.object FROM evidence AS e JOIN named AS n ON n.fact = e.subject
  WHERE e.predicate <> '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>'
  UNION ALL SELECT n.provenance, s.subject, s.predicate, s.object FROM spans AS s JOIN named AS n USING (fact)
  -- A cited table is described in the evidence itself, a document in facts of its own.
  UNION ALL SELECT n.provenance, e.subject, e.predicate, e.object FROM evidence AS e
  JOIN spans AS s ON s.object = e.subject AND s.predicate = '<http://www.w3.org/ns/oa#hasSource>' JOIN named AS n USING (fact)

  UNION ALL SELECT pubinfo, nanopub, '<http://purl.org/dc/terms/created>',
    '"' || $as_of || '"^^<http://www.w3.org/2001/XMLSchema#date>' FROM named
  UNION ALL SELECT pubinfo, nanopub, '<http://purl.org/dc/terms/license>', '<' || $licence || '>' FROM named
  UNION ALL SELECT pubinfo, nanopub, '<http://purl.org/dc/terms/creator>', '<' || $base || 'catalogue#publisher>' FROM named
  WHERE $publisher <> ''
  UNION ALL SELECT pubinfo, '<' || $base || 'catalogue#publisher>', '<http://xmlns.com/foaf/0.1/name>', $publisher FROM named
  WHERE $publisher <> ''
  UNION ALL SELECT pubinfo, nanopub, '<http://purl.org/dc/terms/isPartOf>', '<' || $base || 'catalogue#dataset>' FROM named
  UNION ALL SELECT pubinfo, nanopub, '<http://www.w3.org/2000/01/rdf-schema#seeAlso>', fact FROM named
)
SELECT DISTINCT graph, subject, predicate, object,
  predicate <> '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>' AS is_no_type
FROM statements ORDER BY graph, subject, is_no_type, predicate, object
