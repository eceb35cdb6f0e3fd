/** SQL that lets the row `table` of `marks` count the changes of a table. */
function markChanges(table: string): string {
  const triggers = ['INSERT', 'UPDATE', 'DELETE'].map(
    (change) => `CREATE TRIGGER ${table}_${change.toLowerCase()} AFTER ${change} ON ${table} BEGIN
    UPDATE marks SET changes = changes + 1 WHERE name = '${table}'; END;`,
  );
  return `INSERT INTO marks VALUES ('${table}', 0); ${triggers.join('\n')}`;
}

/**
 * The shape of state.db, one step after the other; `PRAGMA user_version` says how many have been taken.
 * A step that has been released is never changed: a later one is added.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE locks (
    name TEXT PRIMARY KEY, pid INTEGER NOT NULL, started_at TEXT NOT NULL, what TEXT NOT NULL, taken_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE jobs (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, install TEXT, state TEXT NOT NULL, created_at TEXT NOT NULL,
    pid INTEGER, started_at TEXT, cancel_requested INTEGER NOT NULL DEFAULT 0, record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX jobs_by_time ON jobs (created_at DESC);
  CREATE INDEX jobs_by_state ON jobs (state) WHERE state IN ('queued', 'running');
  CREATE TABLE job_log (
    id INTEGER PRIMARY KEY, job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    at TEXT NOT NULL, level TEXT NOT NULL, message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX job_log_by_job ON job_log (job, id);
  CREATE TABLE leftovers (
    id INTEGER PRIMARY KEY, job TEXT NOT NULL, kind TEXT NOT NULL, record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX leftovers_by_job ON leftovers (job, id);
  CREATE TABLE sources (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
  CREATE TABLE servers (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
  CREATE TABLE archives (
    id TEXT PRIMARY KEY, origin TEXT NOT NULL, dataset TEXT NOT NULL, revision TEXT NOT NULL,
    pulled_at TEXT NOT NULL, last_used_at TEXT NOT NULL, record TEXT NOT NULL, UNIQUE (origin, dataset, revision)
  ) STRICT;
  CREATE TABLE pristines (id TEXT PRIMARY KEY, server TEXT NOT NULL, record TEXT NOT NULL) STRICT;
  CREATE TABLE installs (name TEXT PRIMARY KEY, server TEXT NOT NULL, pristine TEXT NOT NULL, record TEXT NOT NULL) STRICT;
  `,
  `
  CREATE TABLE snapshots (
    install TEXT NOT NULL, label TEXT NOT NULL, pristine TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (install, label)
  ) STRICT;
  `,
  // Who watches learns from one small table which of the others changed, whoever changed them.
  `
  CREATE TABLE marks (name TEXT PRIMARY KEY, changes INTEGER NOT NULL) STRICT;
  ${['installs', 'snapshots', 'servers', 'sources', 'settings'].map(markChanges).join('')}
  `,
  // What an install is dressed in, what is done by the clock, and whose project file was agreed to.
  `
  CREATE TABLE demos (install TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
  CREATE TABLE profiles (install TEXT NOT NULL, name TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (install, name)) STRICT;
  CREATE TABLE schedules (id TEXT PRIMARY KEY, install TEXT NOT NULL, record TEXT NOT NULL) STRICT;
  CREATE TABLE install_settings (install TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
  CREATE TABLE projects (folder TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
  ${['demos', 'profiles', 'schedules', 'projects'].map(markChanges).join('')}
  `,
  // Who is impersonated where, one row a transaction that is not known to have ended otherwise; `kept` is sealed.
  `
  CREATE TABLE impersonations (
    install TEXT NOT NULL, xid TEXT NOT NULL, record TEXT NOT NULL, kept BLOB NOT NULL, PRIMARY KEY (install, xid)
  ) STRICT;
  CREATE TABLE recipes (install TEXT NOT NULL, name TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (install, name)) STRICT;
  CREATE TABLE users_choices (install TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
  ${['impersonations', 'recipes'].map(markChanges).join('')}
  `,
  // Agents, what each answered last, and the jobs that they told of: these outlive the few that an agent lists.
  `
  CREATE TABLE agents (name TEXT PRIMARY KEY, record TEXT NOT NULL, seen TEXT) STRICT;
  CREATE TABLE remote_jobs (
    id TEXT PRIMARY KEY, agent TEXT NOT NULL, workflow TEXT, state TEXT NOT NULL, created_at TEXT NOT NULL,
    search TEXT NOT NULL, record TEXT NOT NULL, details TEXT NOT NULL
  ) STRICT;
  CREATE INDEX remote_jobs_by_time ON remote_jobs (created_at DESC);
  CREATE INDEX remote_jobs_by_workflow ON remote_jobs (workflow, created_at DESC);
  CREATE INDEX remote_jobs_by_state ON remote_jobs (state) WHERE state IN ('queued', 'running');
  ${markChanges('agents')}
  `,
  // Removals that can be undone for a while: whether the time of one is over is asked every second.
  `
  CREATE INDEX installs_removed ON installs (json_extract(record, '$.removedUntil'))
    WHERE json_extract(record, '$.removedUntil') IS NOT NULL;
  `,
];
