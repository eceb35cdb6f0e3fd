import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSession } from '../../electron/sql/connect.ts';
import { patienceMs } from './patience.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';

/** A PostgreSQL that writes down every statement that it sees. */
export interface StatementLog extends AsyncDisposable {
  /** Has psql run a script and returns what the server saw, one text a statement. */
  statementsOf(psql: string, script: Buffer): Promise<string[]>;
}

/** Starts a server with `log_statement=all`, in whose database scripts find the table `t (a text)`. */
export async function openStatementLog(): Promise<StatementLog> {
  const postgres = await startPostgres({
    settings: [
      'logging_collector=on',
      'log_destination=jsonlog',
      'log_filename=statements.log',
      'log_rotation_size=0',
      'log_rotation_age=0',
      'log_statement=all',
      'log_min_messages=error',
      'log_min_error_statement=error',
      'log_error_verbosity=default',
    ],
  });
  let count = 0;
  return {
    statementsOf: async (psql, script) => {
      count++;
      return await recordScript(postgres, `script${count}`, psql, script);
    },
    [Symbol.asyncDispose]: () => postgres.stop(),
  };
}

async function recordScript(
  { server }: TestPostgres,
  database: string,
  psql: string,
  script: Buffer,
): Promise<string[]> {
  const { admin } = server;
  const folder = await withSession(admin, {}, async (session) => {
    await session.query(`CREATE DATABASE ${database}`);
    const { rows } = await session.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0]?.data_directory ?? '';
  });
  await withSession({ ...admin, database }, {}, (session) => session.query('CREATE TABLE t (a text)'));
  await runPsql(
    psql,
    { ...admin, database },
    Buffer.concat([script, Buffer.from(`\n;\nselect '${fence}';\n`)]),
  );
  const file = join(folder, 'log', 'statements.json');
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const sent = readLog(readFileSync(file, 'utf8'), database);
    if (sent.at(-1) === `select '${fence}';`) return sent.slice(0, -1);
    if (Date.now() > deadline) throw new Error('the server has not written down the end of the script');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const fence = 'the end of the script';

interface Entry {
  readonly dbname?: string;
  readonly application_name?: string;
  readonly error_severity: string;
  readonly message: string;
  readonly statement?: string;
}

// A statement is logged once its grammar was found right; one with a syntax error stands in the error alone.
function readLog(text: string, database: string): string[] {
  const sent: string[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const entry = JSON.parse(line) as Entry;
    if (entry.dbname !== database || entry.application_name !== 'psql') continue;
    const { error_severity: severity, message, statement } = entry;
    if (severity === 'LOG' && message.startsWith('statement: '))
      sent.push(message.slice('statement: '.length));
    if (severity === 'ERROR' && statement !== undefined && statement !== sent.at(-1)) sent.push(statement);
  }
  return sent;
}

async function runPsql(
  program: string,
  { host, port, user, password, database }: TestPostgres['server']['admin'],
  script: Buffer,
): Promise<void> {
  const psql = spawn(
    program,
    ['-X', '-q', '-h', host, '-p', String(port), '-U', user, '-d', database, '-f', '-'],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { PATH: '/usr/bin:/bin', PGPASSWORD: password, PGCLIENTENCODING: 'UTF8', PGAPPNAME: 'psql' },
    },
  );
  psql.stdin.on('error', () => {});
  psql.stdin.end(script);
  const code = await new Promise<number | null>((resolve) => psql.once('close', resolve));
  if (code !== 0) throw new Error(`psql ended with ${code}`);
}
