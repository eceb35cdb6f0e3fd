import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const sample = join(import.meta.dirname, '../../resources/sample');
const revisions = ['1', '2'];

/** The names of the files of a revision, in order. */
function filesOf(folder: string, revision: string): string[] {
  return readdirSync(join(folder, 'tidewater', revision)).sort();
}

function bytesOf(folder: string, revision: string, name: string): Buffer {
  return readFileSync(join(folder, 'tidewater', revision, name));
}

function tablesOf(revision: string): string[] {
  return filesOf(sample, revision).flatMap((name) => /^table-(.+)\.csv$/.exec(name)?.[1] ?? []);
}

/** The records of a table: null for an empty field, text without its quotes for any other. */
function recordsOf(revision: string, table: string): (string | null)[][] {
  const text = bytesOf(sample, revision, `table-${table}.csv`).toString('utf8');
  const records: (string | null)[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))([,\n])/g)) {
    const value = quoted === undefined ? plain || null : quoted.replaceAll('""', '"');
    records.at(-1)?.push(value);
    if (end === '\n') records.push([]);
  }
  expect(records.pop()).toEqual([]);
  return records;
}

/** The rows of a table by the names of its columns. */
function rowsOf(revision: string, table: string): Record<string, string | null>[] {
  const [header = [], ...records] = recordsOf(revision, table);
  return records.map((record) => Object.fromEntries(header.map((name, at) => [name, record[at] ?? null])));
}

function isLuhnValid(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** All that could be read as the number of a card: 13 to 19 digits, in one piece or in groups. */
function cardNumbersIn(text: string): string[] {
  const runs = [...text.matchAll(/\d(?:[ -]?\d){12,}/g)].map(([run]) => run.replace(/\D/g, ''));
  return runs.flatMap((run) =>
    [13, 14, 15, 16, 17, 18, 19].flatMap((length) =>
      Array.from({ length: Math.max(0, run.length - length + 1) }, (_, at) =>
        run.slice(at, at + length),
      ).filter(isLuhnValid),
    ),
  );
}

function cents(amount: string | null | undefined): number {
  return Math.round(Number(amount) * 100);
}

describe('the sample dataset', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rockpool-sample-'));
    execFileSync(process.execPath, [join(sample, 'make.ts'), folder]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(revisions)('is in revision %s byte for byte what its script makes', (revision) => {
    expect(filesOf(sample, revision)).toEqual(filesOf(folder, revision));
    const changed = filesOf(folder, revision).filter(
      (name) => !bytesOf(folder, revision, name).equals(bytesOf(sample, revision, name)),
    );
    expect(changed).toEqual([]);
  });

  it.each(revisions)(
    'has in revision %s seventeen tables, a view, and about 50,000 rows below 6 MB',
    (revision) => {
      const tables = tablesOf(revision);
      expect(tables).toHaveLength(17);
      const schemas = filesOf(sample, revision).flatMap((name) => /^schema-(.+)\.sql$/.exec(name)?.[1] ?? []);
      expect(schemas).toEqual([...tables, 'unpaid_invoices'].sort());

      const rows = tables.map((table) => recordsOf(revision, table).length - 1);
      const total = rows.reduce((sum, count) => sum + count, 0);
      expect(total).toBeGreaterThan(48_000);
      expect(total).toBeLessThan(52_000);
      const sizes = filesOf(sample, revision).map((name) => bytesOf(sample, revision, name).length);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(6_000_000);
    },
  );

  it('says in its README how many rows each table has', () => {
    const readme = readFileSync(join(sample, 'README.md'), 'utf8').replace(/ +/g, ' ');
    for (const table of tablesOf('1')) {
      const counts = revisions.map((revision) =>
        (recordsOf(revision, table).length - 1).toString().replace(/\B(?=(\d{3})+$)/g, ','),
      );
      expect(readme).toContain(`| \`${table}\` | ${counts.join(' | ')} |`);
    }
  });

  it.each(revisions)('has in revision %s as many fields in each record as in the header', (revision) => {
    for (const table of tablesOf(revision)) {
      const [header = [], ...records] = recordsOf(revision, table);
      expect(records.filter((record) => record.length !== header.length)).toEqual([]);
      const schema = bytesOf(sample, revision, `schema-${table}.sql`).toString('utf8');
      const [, body = ''] = /CREATE TABLE public\.\w+ \(\n([\s\S]*?)\n\);/.exec(schema) ?? [];
      const columns = [...body.matchAll(/^ {4}"?(?!CONSTRAINT)(\w+)"? /gm)].map(([, name]) => name);
      expect(header).toEqual(columns);
    }
  });

  it('differs between the revisions in tasks, comments and events only', () => {
    const names = filesOf(sample, '1');
    expect(filesOf(sample, '2')).toEqual(names);
    const changed = names.filter((name) => !bytesOf(sample, '1', name).equals(bytesOf(sample, '2', name)));
    expect(changed).toEqual(['table-comments.csv', 'table-events.csv', 'table-tasks.csv']);
  });

  it('defines each type, domain, function, view and table once', () => {
    const schemas = filesOf(sample, '1').filter((name) => name.endsWith('.sql'));
    const defined = schemas.flatMap((name) =>
      [
        ...bytesOf(sample, '1', name)
          .toString('utf8')
          .matchAll(/^CREATE (\w+) (public\.\w+)/gm),
      ].map(([, kind, object]) => `${kind} ${object}`),
    );
    expect(defined.length).toBeGreaterThan(25);
    expect([...new Set(defined)]).toEqual(defined);
  });

  it.each(revisions)(
    'holds in revision %s no e-mail address but redacted ones, each once in its column',
    (revision) => {
      for (const name of filesOf(sample, revision)) {
        const text = bytesOf(sample, revision, name).toString('utf8');
        const addresses = [...text.matchAll(/[^\s",;:<>()]*@[^\s",;:<>()]*/g)].map(([address]) => address);
        expect(addresses.filter((address) => !/^redacted\d+@redactics\.com$/.test(address))).toEqual([]);
        expect(new Set(addresses).size).toBe(addresses.length);
      }
    },
  );

  it.each(revisions)('holds in revision %s nothing that could be the number of a card', (revision) => {
    expect(cardNumbersIn('a 4111 1111 1111 1111 b')).not.toEqual([]);
    for (const name of filesOf(sample, revision)) {
      expect(cardNumbersIn(bytesOf(sample, revision, name).toString('utf8'))).toEqual([]);
    }
  });

  it('has people without names, telephones or passwords', () => {
    const users = rowsOf('1', 'users');
    expect(users.length).toBeGreaterThan(1000);
    for (const user of users) {
      expect([user.first_name, user.last_name, user.phone]).toEqual(['redacted', 'redacted', null]);
      expect(user.password_hash).toMatch(/^[A-Za-z0-9]{25}$/);
    }
  });

  it('asks on each invoice for the sum of its lines, and gets just that for each that is paid', () => {
    const asked = new Map<string | null | undefined, number>();
    for (const line of rowsOf('1', 'invoice_lines')) {
      expect(cents(line.amount)).toBe(Number(line.quantity) * cents(line.unit_price));
      asked.set(line.invoice_id, (asked.get(line.invoice_id) ?? 0) + cents(line.amount));
    }
    const paid = new Map<string | null | undefined, number>();
    for (const payment of rowsOf('1', 'payments').filter(({ succeeded }) => succeeded === 't')) {
      paid.set(payment.invoice_id, (paid.get(payment.invoice_id) ?? 0) + cents(payment.amount));
    }
    for (const invoice of rowsOf('1', 'invoices')) {
      expect(cents(invoice.total)).toBe(asked.get(invoice.id));
      expect(invoice.status === 'paid').toBe(paid.get(invoice.id) === cents(invoice.total));
    }
  });

  it.each(revisions)('points in revision %s with each foreign key at a row that is there', (revision) => {
    const ids = new Map(
      tablesOf(revision).map((table) => [
        table,
        new Set(rowsOf(revision, table).map(({ id }) => id ?? null)),
      ]),
    );
    let keys = 0;
    for (const table of tablesOf(revision)) {
      const schema = bytesOf(sample, revision, `schema-${table}.sql`).toString('utf8');
      const rows = rowsOf(revision, table);
      for (const [, column = '', target = ''] of schema.matchAll(
        /FOREIGN KEY \((\w+)\) REFERENCES public\.(\w+)\(id\)/g,
      )) {
        keys += 1;
        const orphans = rows.filter(
          (row) => row[column] !== null && !ids.get(target)?.has(row[column] ?? null),
        );
        expect(orphans).toEqual([]);
      }
    }
    expect(keys).toBe(31);
  });
});
