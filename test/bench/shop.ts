// Shares of the rows of all tables, in percent; a row of each takes about as much.
const tables: readonly (readonly [name: string, share: number])[] = [
  ['customer', 8],
  ['address', 7],
  ['product', 4],
  ['price', 5],
  ['purchase', 18],
  ['item', 24],
  ['payment', 10],
  ['shipment', 8],
  ['review', 6],
  ['event', 6],
  ['session', 3],
  ['note', 1],
];

const parents: Readonly<Record<string, string>> = {
  address: 'customer',
  price: 'product',
  purchase: 'customer',
  item: 'purchase',
  payment: 'purchase',
  shipment: 'purchase',
  review: 'product',
  event: 'session',
  session: 'customer',
  note: 'customer',
};

const indexed = ['customer', 'address', 'purchase', 'item', 'payment', 'shipment', 'review', 'event'];

// Measured: a row with its share of the indexes.
const rowBytes = 186;

/** SQL that makes a shop of about `megabytes`: 12 tables, the largest a quarter, 20 indexes, 10 foreign keys. */
export function shopSql(megabytes: number): string {
  const all = (megabytes * 1e6) / rowBytes;
  const rowsOf = new Map(
    tables.map(([name, share]) => [name, Math.max(10, Math.round((all * share) / 100))]),
  );
  const made = tables.map(([name]) => {
    const rows = rowsOf.get(name) ?? 10;
    const parent = parents[name];
    const parentRows = parent === undefined ? 1 : (rowsOf.get(parent) ?? 1);
    return `CREATE TABLE ${name} (id bigint NOT NULL, parent_id bigint, at timestamptz NOT NULL, kind text NOT NULL,
      amount numeric(12,2), active boolean NOT NULL, extra jsonb, body text);
    INSERT INTO ${name} SELECT i, 1 + (i * 7919) % ${parentRows}, '2024-01-01Z'::timestamptz + (i * 7919 % 31536000) * interval '1 second',
      (ARRAY['new', 'open', 'paid', 'sent', 'returned'])[1 + i % 5], (i * 37 % 100000) / 100.0, i % 3 = 0,
      CASE WHEN i % 4 = 0 THEN jsonb_build_object('n', i, 'tag', md5((i % 1000)::text)) END,
      repeat(md5(i::text) || ' ', (i % 4)::integer) || 'line' FROM generate_series(1::bigint, ${rows}) AS i;
    ALTER TABLE ${name} ADD CONSTRAINT ${name}_pkey PRIMARY KEY (id);`;
  });
  const indexes = indexed.map((name, index) =>
    index % 2 === 0
      ? `CREATE INDEX ${name}_at ON ${name} (at);`
      : `CREATE INDEX ${name}_parent ON ${name} (parent_id);`,
  );
  const keys = Object.entries(parents).map(
    ([name, parent]) =>
      `ALTER TABLE ${name} ADD CONSTRAINT ${name}_parent_fkey FOREIGN KEY (parent_id) REFERENCES ${parent} (id);`,
  );
  return [...made, ...indexes, ...keys, 'ANALYZE;'].join('\n');
}
