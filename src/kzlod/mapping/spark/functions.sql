-- The functions that generated SQL calls by name, for Spark: the twins of functions.sql and natural_types.sql of DuckDB. They are put
-- in where they are called, because Spark calls no function of a user inside of a lambda.

CREATE TEMPORARY FUNCTION regexp_full_match(value STRING, pattern STRING) RETURNS BOOLEAN RETURN
  value RLIKE ('\\A(?:' || pattern || ')\\z');

-- Casts that queries of mappings write. What both engines would not make alike stops the query, and is not made otherwise.
CREATE TEMPORARY FUNCTION text_of(value STRING) RETURNS STRING RETURN
  CASE WHEN typeof(value) IN ('string', 'tinyint', 'smallint', 'int', 'bigint', 'date', 'boolean', 'void') THEN CAST(value AS STRING)
    WHEN value IS NOT NULL THEN raise_error('Spark writes values of type ' || typeof(value) || ' otherwise than DuckDB: map their column as it is') END;

CREATE TEMPORARY FUNCTION whole_number(value STRING) RETURNS BIGINT RETURN
  CASE WHEN text_of(value) RLIKE '\\A[+-]?[0-9]{1,18}\\z' THEN CAST(value AS BIGINT)
    WHEN value IS NOT NULL THEN raise_error(text_of(value) || ' is no whole number in digits') END;

CREATE TEMPORARY FUNCTION try_whole_number(value STRING) RETURNS BIGINT RETURN
  CASE WHEN text_of(value) RLIKE '\\A[+-]?[0-9]{1,18}\\z' THEN CAST(value AS BIGINT)
    WHEN text_of(value) RLIKE '\\A\\s*[+-]?[.]?[0-9]' THEN raise_error(text_of(value) || ' is a number to DuckDB, perhaps, and none to Spark') END;

CREATE TEMPORARY FUNCTION day(value STRING) RETURNS DATE RETURN
  CASE WHEN text_of(value) RLIKE '\\A[0-9]{4}-[0-9]{2}-[0-9]{2}\\z' THEN CAST(value AS DATE)
    WHEN value IS NOT NULL THEN raise_error(text_of(value) || ' is no day such as 2020-02-29') END;

CREATE TEMPORARY FUNCTION try_day(value STRING) RETURNS DATE RETURN
  CASE WHEN text_of(value) RLIKE '\\A[0-9]{4}-[0-9]{2}-[0-9]{2}\\z' THEN try_cast(value AS DATE)
    WHEN text_of(value) RLIKE '\\A\\s*[+-]?[0-9]+[^0-9]+[0-9]+[^0-9]+[0-9]' THEN
      raise_error(text_of(value) || ' is a day to DuckDB, perhaps, and none to Spark') END;

-- Letters of Latin, Greek, Cyrillic and what else comes before U+0530, but for some that Java turns into two or by
-- what follows, and two whose other forms are younger than Java 17.
CREATE TEMPORARY FUNCTION cased(value STRING, made STRING) RETURNS STRING RETURN
  CASE WHEN value RLIKE '[^\\x{0}-\\x{52f}]|[\\xdf\\x{130}\\x{149}\\x{1f0}\\x{19b}\\x{264}\\x{390}\\x{3a3}\\x{3b0}]' THEN
    raise_error('Spark does not turn every letter of ' || value || ' into its capital or small form as DuckDB does') ELSE made END;

CREATE TEMPORARY FUNCTION trim_both(value STRING) RETURNS STRING RETURN
  regexp_replace(value, '\\A\\p{Zs}+|\\p{Zs}+\\z', '');

CREATE TEMPORARY FUNCTION trim_leading(value STRING) RETURNS STRING RETURN
  regexp_replace(value, '\\A\\p{Zs}+', '');

CREATE TEMPORARY FUNCTION trim_trailing(value STRING) RETURNS STRING RETURN
  regexp_replace(value, '\\p{Zs}+\\z', '');

CREATE TEMPORARY FUNCTION upper_of(value STRING) RETURNS STRING RETURN
  cased(value, upper(value));

CREATE TEMPORARY FUNCTION lower_of(value STRING) RETURNS STRING RETURN
  cased(value, lower(value));

CREATE TEMPORARY FUNCTION iri_safe(value STRING) RETURNS STRING RETURN
  CASE WHEN value RLIKE '\\A[A-Za-z0-9._~-]*\\z' THEN value
  ELSE array_join(transform(split(value, ''), c ->
    CASE WHEN c RLIKE '[A-Za-z0-9._~\\xa1-\\u167f\\u1681-\\u1fff\\u2010-\\u2027\\u2030-\\u205e\\u206a-\\u2fff\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufefe\\uff00-\\uffef\\x{10000}-\\x{1fffd}\\x{20000}-\\x{2fffd}\\x{30000}-\\x{3fffd}\\x{40000}-\\x{4fffd}\\x{50000}-\\x{5fffd}\\x{60000}-\\x{6fffd}\\x{70000}-\\x{7fffd}\\x{80000}-\\x{8fffd}\\x{90000}-\\x{9fffd}\\x{a0000}-\\x{afffd}\\x{b0000}-\\x{bfffd}\\x{c0000}-\\x{cfffd}\\x{d0000}-\\x{dfffd}\\x{e1000}-\\x{efffd}-]'
    THEN c ELSE regexp_replace(hex(c), '(..)', '%$1') END), '') END;

CREATE TEMPORARY FUNCTION uri_safe(value STRING) RETURNS STRING RETURN
  CASE WHEN value RLIKE '\\A[A-Za-z0-9._~-]*\\z' THEN value
  ELSE array_join(transform(split(value, ''), c ->
    CASE WHEN c RLIKE '[A-Za-z0-9._~-]' THEN c ELSE regexp_replace(hex(c), '(..)', '%$1') END), '') END;

CREATE TEMPORARY FUNCTION nt_escape(value STRING) RETURNS STRING RETURN
  CASE WHEN NOT value RLIKE '["\\\\\\x00-\\x1f\\x7f\\ufffe\\uffff]' THEN value
  ELSE array_join(transform(split(value, ''), c ->
    CASE c WHEN '\\' THEN '\\\\' WHEN '"' THEN '\\"' WHEN '\n' THEN '\\n' WHEN '\r' THEN '\\r' WHEN '\t' THEN '\\t' WHEN '\b' THEN '\\b'
      WHEN chr(12) THEN '\\f' WHEN decode(unhex('EFBFBE'), 'UTF-8') THEN '\\uFFFE' WHEN decode(unhex('EFBFBF'), 'UTF-8') THEN '\\uFFFF'
      ELSE CASE WHEN c RLIKE '[\\x00-\\x1f\\x7f]' THEN '\\u00' || hex(c) ELSE c END END), '') END;

CREATE TEMPORARY FUNCTION nt_quote(value STRING) RETURNS STRING RETURN
  '"' || nt_escape(value) || '"';

CREATE TEMPORARY FUNCTION iri_resolve(value STRING, base STRING) RETURNS STRING RETURN
  CASE WHEN value RLIKE '\\A[A-Za-z][A-Za-z0-9+.-]*:' THEN value ELSE base || value END;

CREATE TEMPORARY FUNCTION blank_label(value STRING) RETURNS STRING RETURN
  CASE WHEN value RLIKE '\\A[A-Za-z0-9]*\\z' THEN value
  ELSE array_join(transform(split(value, ''), c ->
    CASE WHEN c RLIKE '[A-Za-z0-9]' THEN c ELSE regexp_replace(hex(c), '(..)', '_$1') END), '') END;

CREATE TEMPORARY FUNCTION natural_mantissa(sign STRING, digits STRING, exponent BIGINT) RETURNS STRING RETURN
  sign || left(digits, 1) || '.' || CASE WHEN length(digits) = 1 THEN '0' ELSE substring(digits, 2) END || 'E' || CAST(exponent AS STRING);

CREATE TEMPORARY FUNCTION natural_number(value STRING, form STRING) RETURNS STRING RETURN
  element_at(transform(array(named_struct('sign', regexp_extract(value, form, 1), 'whole', regexp_extract(value, form, 2),
      'part', regexp_extract(value, form, 3), 'power', coalesce(try_cast(regexp_extract(value, form, 4) AS BIGINT), 0))), m ->
    CASE WHEN m.whole <> '' THEN natural_mantissa(m.sign,
        CASE WHEN m.part = '' THEN coalesce(nullif(TRIM(TRAILING '0' FROM m.whole), ''), '0') ELSE m.whole || m.part END,
        length(m.whole) - 1 + m.power)
      WHEN m.part <> '' THEN natural_mantissa(m.sign, TRIM(LEADING '0' FROM m.part),
        length(TRIM(LEADING '0' FROM m.part)) - length(m.part) - 1 + m.power)
      ELSE m.sign || '0.0E0' END), 1);

CREATE TEMPORARY FUNCTION natural_double(value STRING) RETURNS STRING RETURN
  CASE WHEN value RLIKE '[0-9]\\z' THEN natural_number(value, '^(-?)0*([0-9]*)\\.?([0-9]*?)0*(?:[eE]([+-]?[0-9]+))?$')
    WHEN lower(value) = 'nan' THEN 'NaN' WHEN lower(value) = 'infinity' THEN 'INF' WHEN value IS NOT NULL THEN '-INF' END;

CREATE TEMPORARY FUNCTION natural_decimal(value STRING) RETURNS STRING RETURN
  CASE WHEN contains(value, '.') THEN TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM value)) ELSE value END;

-- Years beyond 9999 have a sign in Spark and none in XML Schema.
CREATE TEMPORARY FUNCTION natural_date(value STRING) RETURNS STRING RETURN
  TRIM(LEADING '+' FROM value);

CREATE TEMPORARY FUNCTION natural_timestamp(value STRING) RETURNS STRING RETURN
  replace(TRIM(LEADING '+' FROM value), ' ', 'T');

-- A number of JSON: what is written with a fraction or an exponent, or is longer than a BIGINT, comes as DECIMAL or DOUBLE.
CREATE TEMPORARY FUNCTION json_kind(type STRING, written STRING) RETURNS STRING RETURN
  CASE WHEN type = 'STRING' THEN 'string' WHEN type = 'BOOLEAN' THEN 'boolean'
    WHEN type = 'BIGINT' OR (type LIKE 'DECIMAL%' AND written RLIKE '\\A-?[0-9]{19,}\\z') THEN 'integer'
    WHEN type = 'DOUBLE' OR type LIKE 'DECIMAL%' THEN 'double' END;

CREATE TEMPORARY FUNCTION json_text(value VARIANT) RETURNS STRING RETURN
  element_at(transform(array(named_struct('type', schema_of_variant(value), 'written', CAST(value AS STRING))), m ->
    CASE json_kind(m.type, m.written) WHEN 'double' THEN natural_double(m.written) WHEN NULL THEN NULL
      WHEN 'string' THEN m.written WHEN 'boolean' THEN m.written WHEN 'integer' THEN m.written END), 1);

CREATE TEMPORARY FUNCTION json_datatype(value VARIANT) RETURNS STRING RETURN
  'http://www.w3.org/2001/XMLSchema#' || nullif(json_kind(schema_of_variant(value), CAST(value AS STRING)), 'string');

-- What a column of a query stands for: a text as it is, anything else as JSON writes it.
CREATE TEMPORARY FUNCTION json_member(value VARIANT) RETURNS STRING RETURN
  CASE schema_of_variant(value) WHEN 'VOID' THEN NULL WHEN 'STRING' THEN CAST(value AS STRING) ELSE to_json(value) END;

CREATE TEMPORARY FUNCTION json_is_array(value VARIANT) RETURNS BOOLEAN RETURN
  startswith(schema_of_variant(value), 'ARRAY');

-- The values below others, by one step of a path.
CREATE TEMPORARY FUNCTION json_elements(several ARRAY<VARIANT>) RETURNS ARRAY<VARIANT> RETURN
  flatten(filter(transform(several, v -> try_variant_get(v, '$', 'array<variant>')), v -> v IS NOT NULL));

CREATE TEMPORARY FUNCTION json_members(several ARRAY<VARIANT>) RETURNS ARRAY<VARIANT> RETURN
  flatten(filter(transform(several, v -> map_values(try_variant_get(v, '$', 'map<string,variant>'))), v -> v IS NOT NULL));

CREATE TEMPORARY FUNCTION json_last(several ARRAY<VARIANT>, place INT) RETURNS ARRAY<VARIANT> RETURN
  transform(several, v -> try_element_at(try_variant_get(v, '$', 'array<variant>'), place));

CREATE TEMPORARY FUNCTION json_step(several ARRAY<VARIANT>, path STRING) RETURNS ARRAY<VARIANT> RETURN
  transform(several, v -> try_variant_get(v, path, 'variant'));

-- An array stands for what it holds (RML-Core, references).
CREATE TEMPORARY FUNCTION json_flatten(several ARRAY<VARIANT>) RETURNS ARRAY<VARIANT> RETURN
  flatten(transform(filter(several, v -> v IS NOT NULL), v ->
    CASE WHEN startswith(schema_of_variant(v), 'ARRAY') THEN try_variant_get(v, '$', 'array<variant>') ELSE array(v) END));
