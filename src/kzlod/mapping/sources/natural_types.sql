-- Natural datatypes: the canonical text of typed values (R2RML, section 10.2; XML Schema 1.1, Part 2), and the values of JSON.

CREATE OR REPLACE MACRO natural_mantissa(sign, digits, exponent) AS
  sign || digits[1] || '.' || CASE WHEN length(digits) = 1 THEN '0' ELSE digits[2:] END || 'E' || exponent;

-- A floating number as DuckDB or JSON writes it: 1e-07 becomes 1.0E-7. The lambda gives a name to what would be computed thrice.
CREATE OR REPLACE MACRO natural_double(value) AS
  CASE WHEN value[-1] NOT BETWEEN '0' AND '9' THEN
    CASE WHEN regexp_full_match(lower(value), '-?nan') THEN 'NaN'
      WHEN regexp_full_match(lower(value), 'inf(inity)?') THEN 'INF'
      WHEN regexp_full_match(lower(value), '-inf(inity)?') THEN '-INF' END
  ELSE list_transform(
    [regexp_extract(value, '^(-?)0*([0-9]*)\.?([0-9]*?)0*(?:[eE]([+-]?[0-9]+))?$', ['sign', 'whole', 'part', 'power'])],
    lambda m: CASE
      WHEN m.whole <> '' THEN natural_mantissa(m.sign,
        CASE WHEN m.part = '' THEN coalesce(nullif(rtrim(m.whole, '0'), ''), '0') ELSE m.whole || m.part END,
        length(m.whole) - 1 + CASE WHEN m.power = '' THEN 0 ELSE try_cast(m.power AS BIGINT) END)
      WHEN m.part <> '' THEN natural_mantissa(m.sign, ltrim(m.part, '0'),
        length(ltrim(m.part, '0')) - length(m.part) - 1 + CASE WHEN m.power = '' THEN 0 ELSE try_cast(m.power AS BIGINT) END)
      ELSE m.sign || '0.0E0' END)[1] END;

CREATE OR REPLACE MACRO natural_decimal(value) AS
  CASE WHEN contains(value, '.') THEN rtrim(rtrim(value, '0'), '.') ELSE value END;

-- Years before the first are counted from 0 down.
CREATE OR REPLACE MACRO natural_date(value) AS
  CASE WHEN NOT isfinite(value) THEN NULL WHEN year(value) > 0 THEN value::VARCHAR
  ELSE CASE WHEN year(value) < 0 THEN '-' ELSE '' END || lpad(abs(year(value))::VARCHAR, 4, '0') || strftime(value, '-%m-%d') END;

CREATE OR REPLACE MACRO natural_fraction(value) AS
  CASE WHEN contains(value, '.') THEN rtrim(rtrim(value, '0'), '.') ELSE value END;

-- The time behind the date of a timestamp of any precision.
CREATE OR REPLACE MACRO natural_timestamp(value) AS
  CASE WHEN isfinite(value::TIMESTAMP)
  THEN natural_date(value::DATE) || 'T' || natural_fraction(regexp_extract(value::VARCHAR, '[0-9]+:[0-9:.]+')) END;

-- 12:00:00.50+05:30:00 becomes 12:00:00.5+05:30, and no shift Z.
CREATE OR REPLACE MACRO natural_time_shift(value) AS
  CASE WHEN regexp_matches(value, '^[+-]00(:00)*$') THEN 'Z' WHEN length(value) = 3 THEN value || ':00' ELSE value[:6] END;
CREATE OR REPLACE MACRO natural_time_zone(value) AS
  natural_fraction(regexp_extract(value, '^[0-9:.]+')) || natural_time_shift(regexp_extract(value, '[+-].*$'));

-- One value of JSON as it is written there: objects, arrays and null are no values.
CREATE OR REPLACE MACRO json_text(value) AS
  CASE WHEN starts_with(value, '"') THEN json_extract_string(value, '$')
    WHEN value[1] IN ('{', '[', 'n') THEN NULL
    WHEN value[1] IN ('t', 'f') OR regexp_full_match(value, '-?[0-9]+') THEN value
    ELSE natural_double(value) END;

CREATE OR REPLACE MACRO json_datatype(value) AS
  CASE WHEN value IS NULL OR value[1] IN ('"', '{', '[', 'n') THEN NULL
    ELSE 'http://www.w3.org/2001/XMLSchema#' || CASE WHEN value[1] IN ('t', 'f') THEN 'boolean'
      WHEN regexp_full_match(value, '-?[0-9]+') THEN 'integer' ELSE 'double' END END;

-- A value where none of its kind was an array so far; it stops the query, which is then made anew with lists.
CREATE OR REPLACE MACRO json_single(value) AS
  CASE WHEN starts_with(value, '[') THEN error('an array among single values') ELSE value END;

-- The values that a path leads to: an array stands for what it holds (RML-Core, references).
CREATE OR REPLACE MACRO json_several(value) AS
  CASE WHEN starts_with(value, '[') THEN json_extract(value, '$[*]')::VARCHAR[] ELSE [value] END;
CREATE OR REPLACE MACRO json_flatten(several) AS flatten(list_transform(several, lambda value: json_several(value)));
