-- The tables from which the mappings beside this file make the catalogue; all cells are texts, and a missing one is NULL.

-- One row: what kzlod.toml says once.
CREATE TABLE settings (
  base VARCHAR, as_of VARCHAR, issued VARCHAR, licence VARCHAR, version VARCHAR, previous VARCHAR, software_version VARCHAR,
  publisher VARCHAR, publisher_kind VARCHAR, contact VARCHAR, contact_url VARCHAR,
  place VARCHAR, west VARCHAR, south VARCHAR, east VARCHAR, north VARCHAR, longitude VARCHAR, latitude VARCHAR
);
-- What it says in several languages: title, description, keyword or place.
CREATE TABLE texts (kind VARCHAR, tag VARCHAR, text VARCHAR);
CREATE TABLE chosen_themes (code VARCHAR);

-- What the build wrote, the facts tables, and what it read; file is relative to the project or to the output.
CREATE TABLE files (file VARCHAR, bytes VARCHAR, sha256 VARCHAR);
CREATE TABLE tables (iri VARCHAR, file VARCHAR, title VARCHAR, media_type VARCHAR, file_type VARCHAR, bytes VARCHAR, sha256 VARCHAR);
CREATE TABLE inputs (iri VARCHAR, file VARCHAR, sha256 VARCHAR);
CREATE TABLE queries (name VARCHAR, title VARCHAR, description VARCHAR, form VARCHAR);

-- One row: the figures of the merged graph, and the first and last day in it.
CREATE TABLE figures (
  triples VARCHAR, entities VARCHAR, subjects VARCHAR, objects VARCHAR, classes VARCHAR, properties VARCHAR,
  earliest VARCHAR, latest VARCHAR
);
CREATE TABLE classes (name VARCHAR, class VARCHAR, entities VARCHAR, triples VARCHAR);
CREATE TABLE properties (name VARCHAR, property VARCHAR, triples VARCHAR, subjects VARCHAR, objects VARCHAR);
CREATE TABLE vocabularies (namespace VARCHAR);
CREATE TABLE linksets (name VARCHAR, predicate VARCHAR, other VARCHAR, namespace VARCHAR, triples VARCHAR);
