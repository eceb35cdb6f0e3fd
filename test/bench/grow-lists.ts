import { openCore } from '../../electron/state/core.ts';

/** Makes copies of an install and of its job in the state of this home: `NAME INSTALLS JOBS`. */
const [name = '', installs = '0', jobs = '0'] = process.argv.slice(2);

type Row = Record<string, string>;

const { state } = openCore(process.env);
try {
  state.transaction(() => {
    const [install] = state.rows('SELECT * FROM installs WHERE name = ?', name) as Row[];
    const [job] = state.rows("SELECT * FROM jobs WHERE install = ? AND kind = 'install'", name) as Row[];
    if (install === undefined || job === undefined) throw new Error(`there is no install ${name}`);
    for (let number = 1; number < Number(installs); number += 1) {
      const own = `copy_${number}`;
      insert('installs', { ...install, name: own, record: change(install, { name: own }) });
    }
    for (let number = 1; number < Number(jobs); number += 1) {
      const id = number.toString(16).padStart(10, '0');
      const createdAt = new Date(Date.parse(job.created_at ?? '') - number * 60_000).toISOString();
      insert('jobs', { ...job, id, created_at: createdAt, record: change(job, { id, createdAt }) });
    }
  });
} finally {
  state.close();
}

function insert(table: string, row: Row): void {
  const columns = Object.keys(row);
  const places = columns.map(() => '?');
  state.run(`INSERT INTO ${table} (${columns}) VALUES (${places})`, ...Object.values(row));
}

function change({ record = '{}' }: Row, to: Row): string {
  return JSON.stringify({ ...(JSON.parse(record) as object), ...to });
}
