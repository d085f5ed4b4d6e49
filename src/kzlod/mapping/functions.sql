-- The functions that generated SQL calls by name, for DuckDB. Each tries a cheap test first: most values need no change.

-- A value inside an IRI template: every character outside RFC 3987's iunreserved is percent-encoded (R2RML, "IRI-safe"), and
-- white space and direction marks beyond ASCII as well (RFC 3987, section 4.1).
CREATE OR REPLACE MACRO iri_safe(value) AS
  CASE WHEN url_encode(value) = value THEN value
  WHEN regexp_full_match(value, '[A-Za-z0-9._~ \x{a1}-\x{167f}\x{1681}-\x{1fff}\x{2010}-\x{2027}\x{2030}-\x{205e}\x{206a}-\x{2fff}'
    || '\x{3001}-\x{d7ff}\x{f900}-\x{fdcf}\x{fdf0}-\x{fefe}\x{ff00}-\x{ffef}-]*') THEN replace(value, ' ', '%20')
  ELSE array_to_string(list_transform(string_split(value, ''), lambda c:
    CASE WHEN regexp_full_match(c, '[\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{2010}-\x{2027}\x{2030}-\x{205e}\x{206a}-\x{2fff}'
      || '\x{3001}-\x{d7ff}\x{f900}-\x{fdcf}\x{fdf0}-\x{fefe}\x{ff00}-\x{ffef}]')
      OR (unicode(c) BETWEEN 65536 AND 983037 AND unicode(c) % 65536 < 65534 AND NOT unicode(c) BETWEEN 917504 AND 921599)
    THEN c ELSE url_encode(c) END), '') END;

-- A value inside a URI template: every character outside RFC 3986's unreserved is percent-encoded (RML-Core, "URI-safe").
CREATE OR REPLACE MACRO uri_safe(value) AS url_encode(value);

-- The text of a literal in canonical N-Triples: seven characters have short escapes, other controls are written \uXXXX.
CREATE OR REPLACE MACRO nt_escape_controls(value) AS
  CASE WHEN NOT regexp_matches(value, '[\x00-\x07\x0b\x0e-\x1f\x7f\x{fffe}\x{ffff}]') THEN value
  ELSE array_to_string(list_transform(string_split(value, ''), lambda c:
    CASE WHEN regexp_full_match(c, '[\x00-\x07\x0b\x0e-\x1f\x7f\x{fffe}\x{ffff}]') THEN '\u' || lpad(hex(unicode(c)), 4, '0') ELSE c END), '') END;

CREATE OR REPLACE MACRO nt_escape(value) AS
  CASE WHEN NOT regexp_matches(value, '["\\\x00-\x1f\x7f\x{fffe}\x{ffff}]') THEN value
  ELSE nt_escape_controls(replace(replace(replace(replace(replace(replace(replace(value,
    '\', '\\'), '"', '\"'), chr(10), '\n'), chr(13), '\r'), chr(9), '\t'), chr(8), '\b'), chr(12), '\f')) END;

-- A literal in its quotes. JSON's escapes are those of canonical N-Triples but for three characters, and DuckDB writes them faster.
CREATE OR REPLACE MACRO nt_quote(value) AS
  CASE WHEN contains(value, chr(127)) OR contains(value, chr(65534)) OR contains(value, chr(65535))
  THEN '"' || nt_escape(value) || '"' ELSE CAST(to_json(value) AS VARCHAR) END;

-- A value that is an IRI as it stands: a relative one starts from the base (RML-Core, "Generating IRIs").
CREATE OR REPLACE MACRO iri_resolve(value, base) AS
  CASE WHEN regexp_matches(value, '^[A-Za-z][A-Za-z0-9+.-]*:') THEN value ELSE base || value END;

-- The label of a blank node: letters, digits and _XX for every other byte, so that two texts never make one label.
CREATE OR REPLACE MACRO blank_label(value) AS
  replace(replace(replace(replace(replace(url_encode(value), '_', '%5F'), '.', '%2E'), '-', '%2D'), '~', '%7E'), '%', '_');
