import { seededRandom } from './seeded.ts';

interface Column {
  readonly name: string;
  readonly type: 'int' | 'text' | 'date';
}

interface Table {
  name: string;
  columns: Column[];
  /** Rows are made with growing keys, so that none comes twice. */
  hasKey: boolean;
  indexes: string[];
}

interface Model {
  tables: Table[];
  views: { name: string; table: string }[];
}

const texts = ["'x'", "'it''s'", "E'a\\\\nb'", "'größe;'", 'NULL', '$q$ ; $q$', "''"];
const dates = ["'2020-02-29'", "'1999-12-31'", 'NULL'];

/**
 * A script of definitions, rows, changes, transactions and drops that PostgreSQL takes without an error, the same for
 * the same seed. Some begin as pg_dump writes them, so that the two ways of restoring meet at any point.
 */
export function makeScript(seed: number): string {
  return new ScriptMaker(seed).make();
}

class ScriptMaker {
  readonly #random: () => number;
  readonly #lines: string[] = [];
  #model: Model = { tables: [], views: [] };
  /** The model as it was at the beginning of the transaction, and at its savepoint. */
  #before: Model[] = [];
  #count = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  make(): string {
    const isDump = this.#random() < 0.5;
    if (isDump) this.#beginAsDump();
    const steps = 8 + Math.floor(this.#random() * 25);
    for (let step = 0; step < steps; step++) this.#step();
    if (this.#before.length > 0 && this.#random() < 0.7) this.#line('COMMIT');
    return `${this.#lines.join('\n')}\n`;
  }

  #beginAsDump(): void {
    this.#line('SET statement_timeout = 0');
    this.#line("SELECT pg_catalog.set_config('search_path', 'public', false)");
    for (let made = 0; made < 2; made++) this.#makeTable(false);
    for (const table of this.#model.tables) this.#copy(table);
    const [first] = this.#model.tables;
    if (first !== undefined) this.#line(`CREATE INDEX ${this.#name('i')} ON ${first.name} (id)`);
  }

  #step(): void {
    const table = this.#pick(this.#model.tables);
    if (table === undefined) {
      this.#makeTable(this.#random() < 0.5);
      return;
    }
    const steps: readonly (() => void)[] = [
      () => this.#makeTable(this.#random() < 0.5),
      () => this.#insert(table),
      () => this.#insert(table),
      () => this.#copy(table),
      () => this.#copy(table),
      () =>
        this.#line(
          `UPDATE ${table.name} SET ${this.#pick(table.columns.slice(1))?.name ?? 'id'} = NULL WHERE id % 2 = 0`,
        ),
      () => this.#line(`UPDATE ${table.name} SET id = id + 100000`),
      () => this.#line(`DELETE FROM ${table.name} WHERE id % 3 = ${Math.floor(this.#random() * 3)}`),
      () => this.#line(`TRUNCATE ${table.name}`),
      () => this.#insertFrom(table),
      () => this.#addColumn(table),
      () => this.#dropColumn(table),
      () => this.#rename(table),
      () => this.#makeIndex(table),
      () => this.#dropIndex(table),
      () => this.#makeView(table),
      () => this.#dropView(),
      () => this.#drop(table),
      () => this.#makeTrigger(table),
      () => this.#block(table),
      () => this.#begin(),
      () => this.#end(),
      () => this.#line('DROP TABLE IF EXISTS never_there'),
      () => this.#line(`COMMENT ON TABLE ${table.name} IS 'number ${++this.#count}'`),
    ];
    this.#pick(steps)?.();
  }

  #makeTable(hasKey: boolean): void {
    const name = this.#name('t');
    const columns: Column[] = [{ name: 'id', type: 'int' }];
    for (let more = 0; more < 1 + Math.floor(this.#random() * 3); more++) columns.push(this.#column());
    const list = columns.map((column) => `${column.name} ${column.type}`);
    this.#line(`CREATE TABLE ${name} (${list.join(', ')}${hasKey ? ', PRIMARY KEY (id)' : ''})`);
    this.#model.tables.push({ name, columns, hasKey, indexes: [] });
  }

  #column(): Column {
    return { name: this.#name('c'), type: this.#pick(['int', 'text', 'date'] as const) ?? 'int' };
  }

  #value({ type }: Column): string {
    if (type === 'int') return String(Math.floor(this.#random() * 100) - 50);
    return this.#pick(type === 'text' ? texts : dates) ?? 'NULL';
  }

  #insert(table: Table): void {
    const rows = Array.from({ length: 1 + Math.floor(this.#random() * 3) }, () => {
      const [, ...others] = table.columns;
      return `(${[String(++this.#count), ...others.map((column) => this.#value(column))].join(', ')})`;
    });
    this.#line(`INSERT INTO ${table.name} VALUES ${rows.join(', ')}`);
  }

  #copy({ name, columns }: Table): void {
    const isCsv = this.#random() < 0.4;
    const separator = isCsv ? ',' : '\t';
    const [, ...others] = columns;
    const rows = Array.from({ length: Math.floor(this.#random() * 4) }, () => {
      const values = others.map(({ type }) =>
        type === 'int' ? '7' : type === 'date' ? '2001-02-03' : isCsv ? '"a ""b"", c"' : 'tab\\tline\\\\n',
      );
      return `${[String(++this.#count), ...values].join(separator)}\n`;
    });
    const list = columns.map((column) => column.name).join(', ');
    this.#lines.push(
      `COPY ${name} (${list}) FROM stdin${isCsv ? ' WITH (FORMAT csv)' : ''};\n${rows.join('')}\\.`,
    );
  }

  #insertFrom(table: Table): void {
    const from = this.#pick(this.#model.tables);
    if (from === undefined || from === table) return;
    this.#count += 1000;
    const ids = `SELECT ${this.#count * 1000} + (row_number() OVER (ORDER BY id))::int FROM ${from.name}`;
    this.#line(`INSERT INTO ${table.name} (id) ${ids}`);
  }

  #addColumn(table: Table): void {
    const column = this.#column();
    const given = column.type === 'int' ? ' DEFAULT 5' : '';
    this.#line(`ALTER TABLE ${table.name} ADD COLUMN ${column.name} ${column.type}${given}`);
    table.columns.push(column);
  }

  #dropColumn(table: Table): void {
    const column = this.#pick(table.columns.slice(1));
    if (column === undefined || this.#isViewed(table)) return;
    this.#line(`ALTER TABLE ${table.name} DROP COLUMN ${column.name}`);
    table.columns = table.columns.filter((one) => one !== column);
  }

  #rename(table: Table): void {
    const name = this.#name('r');
    this.#line(`ALTER TABLE ${table.name} RENAME TO ${name}`);
    for (const view of this.#model.views) if (view.table === table.name) view.table = name;
    table.name = name;
  }

  #makeIndex(table: Table): void {
    const name = this.#name('i');
    this.#line(`CREATE INDEX ${name} ON ${table.name} (id)`);
    table.indexes.push(name);
  }

  #dropIndex(table: Table): void {
    const name = table.indexes.pop();
    if (name !== undefined) this.#line(`DROP INDEX ${name}`);
  }

  #makeView(table: Table): void {
    const name = this.#name('v');
    const kind = this.#pick(['VIEW', 'MATERIALIZED VIEW']) ?? 'VIEW';
    this.#line(
      `CREATE ${kind} ${name} AS SELECT id FROM ${table.name}${kind !== 'VIEW' && this.#random() < 0.3 ? ' WITH NO DATA' : ''}`,
    );
    this.#model.views.push({ name: `${kind} ${name}`, table: table.name });
  }

  #dropView(): void {
    const view = this.#model.views.pop();
    if (view !== undefined) this.#line(`DROP ${view.name}`);
  }

  #drop(table: Table): void {
    if (this.#isViewed(table)) return;
    this.#line(`DROP TABLE ${table.name}`);
    this.#model.tables = this.#model.tables.filter((one) => one !== table);
  }

  #makeTrigger(table: Table): void {
    const name = this.#name('f');
    const body = `BEGIN NEW.id := NEW.id + 10000000; RETURN NEW; END`;
    this.#line(`CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ ${body} $$`);
    this.#line(
      `CREATE TRIGGER ${name} BEFORE INSERT ON ${table.name} FOR EACH ROW EXECUTE FUNCTION ${name}()`,
    );
  }

  #block(table: Table): void {
    this.#line(`DO $$ BEGIN UPDATE ${table.name} SET id = id + 1000000; END $$`);
  }

  #begin(): void {
    const copy = structuredClone(this.#model);
    if (this.#before.length === 0) this.#line('BEGIN');
    else if (this.#before.length === 1) this.#line('SAVEPOINT here');
    else return;
    this.#before.push(copy);
  }

  #end(): void {
    const before = this.#before.pop();
    if (before === undefined) return;
    const isOuter = this.#before.length === 0;
    const keeps = this.#random() < 0.6;
    if (!keeps) this.#model = before;
    this.#line(isOuter ? (keeps ? 'COMMIT' : 'ROLLBACK') : keeps ? 'RELEASE here' : 'ROLLBACK TO here');
    if (!isOuter && !keeps) this.#line('RELEASE here');
  }

  #isViewed(table: Table): boolean {
    return this.#model.views.some((view) => view.table === table.name);
  }

  #name(letter: string): string {
    return `${letter}${++this.#count}`;
  }

  #pick<T>(things: readonly T[]): T | undefined {
    return things[Math.floor(this.#random() * things.length)];
  }

  #line(text: string): void {
    this.#lines.push(`${text};`);
  }
}
