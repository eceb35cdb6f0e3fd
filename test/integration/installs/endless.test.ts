import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../../electron/app.ts';
import { readLive } from '../../../electron/impersonation/access.ts';
import type { RunningServer } from '../../../electron/servers/server.ts';
import { openServers } from '../../../electron/servers/servers.ts';
import { withSession } from '../../../electron/sql/connect.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { installRequest } from '../../support/installing.ts';

// Code that goes on for ever and catches being cancelled. It does so wherever the planner or a trigger runs it, but not
// while the dump is restored: by then the table is empty.
const endless = `
CREATE FUNCTION public.go_on() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF session_user LIKE 'rp\\_read%' THEN
    LOOP
      BEGIN
        PERFORM set_config('statement_timeout', '0', false);
        PERFORM pg_sleep(3600);
      EXCEPTION WHEN query_canceled THEN NULL;
      END;
    END LOOP;
  END IF;
  RETURN true;
END $$;
CREATE TABLE public.users (id int PRIMARY KEY, email text, password text);
INSERT INTO public.users VALUES (1, 'a@example.com', 'x');
CREATE INDEX goes_on ON public.users (email) WHERE public.go_on();
`;

const triggered = `
CREATE FUNCTION public.go_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  LOOP
    BEGIN PERFORM pg_sleep(3600); EXCEPTION WHEN query_canceled THEN NULL; END;
  END LOOP;
END $$;
CREATE TABLE public.users (id int PRIMARY KEY, email text, password text);
INSERT INTO public.users VALUES (1, 'a@example.com', 'x');
CREATE TRIGGER goes_on BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION public.go_on();
`;

let home: Home;
let app: App;
let server: RunningServer;
let files: string;

beforeAll(async () => {
  home = await makeHome();
  app = await openApp(home.environment);
  files = mkdtempSync(join(tmpdir(), 'rockpool-endless-'));
  for (const [name, sql] of Object.entries({ endless, triggered })) {
    const path = join(files, `${name}.sql`);
    writeFileSync(path, sql);
    await app.install(installRequest(path, name), {});
  }
  const running = await openServers(home.core).running('embedded');
  if (running === null) throw new Error('the embedded server does not run');
  server = running;
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
  rmSync(files, { recursive: true, force: true });
});

const wish = { user: '1', recipe: 'password', set: {} };

/** Waits until nothing of the installs runs on the server any more. */
async function untilIdle(): Promise<void> {
  const busy = await withSession(server.admin, {}, (session) =>
    session.query(
      "SELECT FROM pg_stat_activity WHERE datname IN ('endless', 'triggered') AND backend_type = 'client backend' AND state <> 'idle'",
    ),
  );
  if (busy.rows.length === 0) return;
  await new Promise((resolve) => setTimeout(resolve, 50));
  return untilIdle();
}

describe('code of a dataset that never ends and catches being cancelled (C13)', () => {
  it.each([
    ['while the user is looked for', 'endless', () => app.impersonate],
    ['while the recipe is run', 'triggered', () => app.impersonate],
    ['while a recipe is previewed', 'endless', () => app.previewImpersonation],
    ['while one is previewed with its triggers', 'triggered', () => app.previewImpersonation],
  ] as const)('ends with the job that is cancelled %s', async (_when, name, how) => {
    const abort = new AbortController();
    const running = how()(name, wish, { signal: abort.signal });
    running.catch(() => {});
    setTimeout(() => abort.abort(), 1500);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(app.listJobs(1)[0]?.state).toBe('cancelled');
    await untilIdle();
    const roles = await withSession(server.admin, {}, (session) =>
      session.query("SELECT FROM pg_roles WHERE rolname LIKE 'rp\\_job%'"),
    );
    expect(roles.rows).toEqual([]);
  });

  it('ends with a cancel from another process', async () => {
    const running = app.impersonate('endless', wish, {});
    running.catch(() => {});
    await expect.poll(() => app.listJobs(1)[0]?.state).toBe('running');
    await using other = await openApp(home.environment);
    await other.cancelJob(app.listJobs(1)[0]?.id ?? '', AbortSignal.timeout(60_000));
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await untilIdle();
  });

  it('ends with a search for users that is given up, and with the place of users', async () => {
    for (const read of [
      (signal: AbortSignal) => app.searchUsers('endless', 'a@', signal),
      (signal: AbortSignal) => app.usersPlace('endless', signal),
    ]) {
      const abort = new AbortController();
      setTimeout(() => abort.abort(new Error('enough')), 500);
      await expect(read(abort.signal)).rejects.toThrow('enough');
      await untilIdle();
    }
  });

  it('ends at the deadline of the reading', async () => {
    const live = { server, name: 'endless', owner: '' };
    await expect(
      readLive(home.core, live, { as: 'reader', deadlineMs: 300 }, (session) =>
        session.query('SELECT id FROM public.users WHERE email IS NOT NULL'),
      ),
    ).rejects.toMatchObject({ code: 'timeout' });
    await untilIdle();
  });
});
