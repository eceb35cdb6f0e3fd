/** Names that break a page that takes them for anything but text: HTML, quotes, right-to-left, an emoji, 63 bytes. */
export const oddNames = {
  html: '<img src=x onerror="document.title=1">',
  quotes: `it's "quoted"`,
  arabic: 'جدول العملاء',
  emoji: 'rock 🪨 pool',
  long: 'a_table_whose_name_is_as_long_as_postgresql_allows_63_bytes_no_x',
} as const;

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A dump of tables that are hard to show: odd names, no key, values of all shapes, keys that point both ways. */
export function oddDump(): string {
  const tables = Object.values(oddNames).map(
    (name) =>
      `CREATE TABLE ${quote(name.slice(0, 63))} (id int PRIMARY KEY, ${quote(`${name.slice(0, 50)} col`)} text);\n` +
      `INSERT INTO ${quote(name.slice(0, 63))} VALUES (1, ${literal(`value of ${name}`)});\n`,
  );
  return `SET client_encoding = 'UTF8';
${tables.join('')}
CREATE TABLE nokey (letter text, number int);
INSERT INTO nokey SELECT chr(97 + n % 26), n FROM generate_series(1, 700) n;
CREATE TABLE shapes (id int PRIMARY KEY, empty text, nothing text, doc jsonb, bytes bytea, story text, list int[], formula text);
INSERT INTO shapes VALUES (1, '', NULL, '{"a": {"b": [1, 2, {"c": "deep"}]}}', '\\x00ff41', repeat('long story ', 5000) || 'the end', '{1,NULL,3}', '=1+1');
CREATE TABLE parents (id int PRIMARY KEY, name text);
INSERT INTO parents SELECT n, 'parent ' || n FROM generate_series(1, 20) n;
CREATE VIEW tales AS SELECT id, story FROM shapes;
CREATE TABLE visits (id int, at date, parent int REFERENCES parents, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE visits_2024 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE visits_2025 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
INSERT INTO visits SELECT n, '2024-01-01'::date + n, 2 FROM generate_series(1, 600) n;
CREATE TABLE children (id int PRIMARY KEY, parent int REFERENCES parents, name text);
INSERT INTO children SELECT n, 1 + n % 20, 'child ' || n FROM generate_series(1, 1000) n;
`;
}
