-- The tables of the benchmark. Each value is drawn by the MD5 sum of seed, column and row, which is the same in every version of
-- DuckDB. Names are made of common ones; nobody is meant. Cells are text, and some are empty.
CREATE MACRO draw(salt, i, n) AS (md5_number_lower(concat_ws('/', getvariable('seed'), salt, i)) % n)::BIGINT;
CREATE MACRO pick(salt, i, items) AS items[1 + draw(salt, i, len(items))];
CREATE MACRO chance(salt, i, percent) AS draw(salt, i, 100) < percent;
CREATE MACRO day(salt, i, first, days) AS strftime(first::DATE + draw(salt, i, days)::INTEGER, '%Y-%m-%d');

CREATE MACRO given() AS [
  {kk: 'Айгүл', ru: 'Айгуль', en: 'Aigul'}, {kk: 'Әсел', ru: 'Асель', en: 'Assel'}, {kk: 'Бауыржан', ru: 'Бауыржан', en: 'Bauyrzhan'},
  {kk: 'Гүлнәр', ru: 'Гульнар', en: 'Gulnar'}, {kk: 'Дәурен', ru: 'Даурен', en: 'Dauren'}, {kk: 'Ерлан', ru: 'Ерлан', en: 'Yerlan'},
  {kk: 'Жанар', ru: 'Жанар', en: 'Zhanar'}, {kk: 'Қайрат', ru: 'Кайрат', en: 'Kairat'}, {kk: 'Мәдина', ru: 'Мадина', en: 'Madina'},
  {kk: 'Нұрлан', ru: 'Нурлан', en: 'Nurlan'}, {kk: 'Өмір', ru: 'Омир', en: 'Omir'}, {kk: 'Сәуле', ru: 'Сауле', en: 'Saule'}];
CREATE MACRO family() AS [
  {kk: 'Әлімбаев', ru: 'Алимбаев', en: 'Alimbayev'}, {kk: 'Бекетов', ru: 'Бекетов', en: 'Beketov'}, {kk: 'Ғалымов', ru: 'Галымов', en: 'Galymov'},
  {kk: 'Дүйсенов', ru: 'Дуйсенов', en: 'Duisenov'}, {kk: 'Есенов', ru: 'Есенов', en: 'Yessenov'}, {kk: 'Жүнісов', ru: 'Жунусов', en: 'Zhunussov'},
  {kk: 'Қасенов', ru: 'Касенов', en: 'Kassenov'}, {kk: 'Мұқанов', ru: 'Муканов', en: 'Mukanov'}, {kk: 'Оспанов', ru: 'Оспанов', en: 'Ospanov'},
  {kk: 'Сәрсенов', ru: 'Сарсенов', en: 'Sarsenov'}, {kk: 'Тілеуов', ru: 'Тлеуов', en: 'Tleuov'}, {kk: 'Ыбыраев', ru: 'Ибраев', en: 'Ibrayev'}];
CREATE MACRO places() AS [
  {kk: 'Алматы', ru: 'Алматы', en: 'Almaty'}, {kk: 'Астана', ru: 'Астана', en: 'Astana'}, {kk: 'Қарағанды', ru: 'Караганда', en: 'Karaganda'},
  {kk: 'Өскемен', ru: 'Усть-Каменогорск', en: 'Oskemen'}, {kk: 'Шымкент', ru: 'Шымкент', en: 'Shymkent'}, {kk: 'Түркістан', ru: 'Туркестан', en: 'Turkistan'}];
CREATE MACRO roles() AS [
  {kk: 'елші', ru: 'посол'}, {kk: 'консул', ru: 'консул'}, {kk: 'бірінші хатшы', ru: 'первый секретарь'}, {kk: 'кеңесші', ru: 'советник'},
  {kk: 'бөлім бастығы', ru: 'начальник отдела'}, {kk: 'сарапшы', ru: 'эксперт'}];
CREATE MACRO countries() AS ['KZ', 'KZ', 'KZ', 'KZ', 'KZ', 'KZ', 'DE', 'FR', 'JP', 'NA', 'TR', 'US', 'UZ'];

CREATE VIEW persons AS
SELECT
  format('P{:07d}', i) AS id,
  g.kk || ' ' || f.kk AS name_kk,
  g.ru || ' ' || f.ru AS name_ru,
  g.en || ' ' || f.en AS name_en,
  CASE WHEN chance('born', i, 85) THEN day('birth', i, '1940-01-01', 22000) END AS birth_date,
  CASE WHEN chance('citizen', i, 95) THEN pick('country', i, countries()) END AS country
FROM (SELECT i, pick('given', i, given()) AS g, pick('family', i, family()) AS f FROM range(getvariable('persons')) AS rows(i));

CREATE VIEW organisations AS
SELECT
  format('O{:06d}', i) AS id,
  p.kk || ' орталығы № ' || i AS name_kk,
  'Центр «' || p.ru || '» № ' || i AS name_ru,
  p.en || ' Centre No. ' || i || ', "' || pick('country', i, countries()) || '"' AS name_en,
  CASE WHEN chance('known', i, 80) THEN (1950 + draw('founded', i, 74))::VARCHAR END AS founded,
  CASE WHEN chance('online', i, 60) THEN 'https://centre-' || i || '.example/' || lower(p.en) || '?lang=kk' END AS website,
  pick('country', i, countries()) AS country
FROM (SELECT i, pick('place', i, places()) AS p FROM range(getvariable('organisations')) AS rows(i));

CREATE VIEW posts AS
SELECT
  format('O{:06d}', i % getvariable('organisations')) AS organisation,
  (1 + i // getvariable('organisations'))::VARCHAR AS number,
  format('K-{:06d}', (i * 7919) % 1000003) AS code,
  r.kk AS title_kk,
  r.ru AS title_ru,
  (1 + draw('level', i, 9))::VARCHAR AS level
FROM (SELECT i, pick('role', i, roles()) AS r FROM range(getvariable('posts')) AS rows(i));

CREATE VIEW memberships AS
SELECT
  format('M{:07d}', i) AS id,
  format('P{:07d}', draw('person', i, getvariable('persons'))) AS person,
  format('K-{:06d}', (draw('post', i, getvariable('posts')) * 7919) % 1000003) AS post,
  day('start', i, '1991-12-16', 8000) AS start_date,
  CASE WHEN chance('ended', i, 60) THEN day('end', i, '2014-01-01', 4000) END AS end_date
FROM range(getvariable('memberships')) AS rows(i);

CREATE VIEW events AS
SELECT
  format('E{:07d}', i) AS id,
  CASE
    WHEN chance('quoted', i, 5) THEN 'Forum "' || p.en || '", round ' || i || chr(10) || 'Second day: C:\results'
    ELSE 'Meeting no. ' || i || ' in ' || p.en || ', with a discussion of the year''s results' END AS title,
  day('event', i, '2000-01-01', 9000) || 'T' || format('{:02d}:30:00', 8 + draw('hour', i, 10)) AS start_time,
  format('O{:06d}', draw('organiser', i, getvariable('organisations'))) AS organiser,
  p.kk AS place,
  CASE WHEN chance('counted', i, 70) THEN (10 + draw('visitors', i, 5000))::VARCHAR END AS visitors
FROM (SELECT i, pick('venue', i, places()) AS p FROM range(getvariable('events')) AS rows(i));
