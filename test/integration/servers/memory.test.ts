import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServers } from '../../../electron/servers/servers.ts';
import { connect } from '../../../electron/sql/connect.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { onlyOnLinux } from '../../support/skip.ts';

describe('a backend of the embedded server', onlyOnLinux, () => {
  let home: Home;
  beforeAll(async () => {
    home = await makeHome();
  });
  afterAll(() => home[Symbol.asyncDispose]());

  it('gets no more memory than honest work takes, and the server goes on (C13)', async () => {
    const server = await openServers(home.core).ensure({ kind: 'embedded' });
    await using session = await connect(server.admin);
    const three = `DO $$ DECLARE a text := repeat('x', 1000000000); b text := repeat('y', 1000000000);
      c text := repeat('z', 1000000000); BEGIN PERFORM length(a || b || c); END $$`;
    await expect(session.query(three)).rejects.toMatchObject({ code: '53200' });
    const { rows } = await session.query("SELECT length(repeat('x', 500000000)) AS n");
    expect(rows).toEqual([{ n: '500000000' }]);
    // Gigabytes are written: on a machine that is busy that takes its time.
  }, 600_000);
});
