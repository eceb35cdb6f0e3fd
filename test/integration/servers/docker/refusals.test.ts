import { createServer } from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServers } from '../../../../electron/servers/servers.ts';
import { docker, listEverything, needsImage } from '../../../support/engine.ts';
import { type Home, makeHome } from '../../../support/home.ts';
import { freePort } from '../../../support/port.ts';

let home: Home;

beforeAll(async () => {
  home = await makeHome();
});

afterAll(() => home[Symbol.asyncDispose]());

const engine = () => docker as NonNullable<typeof docker>;
const ensure = (wish: object, environment: NodeJS.ProcessEnv = process.env) =>
  openServers(home.core, environment).ensure({ kind: 'docker', ...wish });

describe('an engine that cannot be used', () => {
  const wish = { postgres: 17 };

  it('is not there: the place and what to look at are named (E1)', async () => {
    await expect(ensure(wish, { DOCKER_HOST: `unix://${home.path}/none.sock` })).rejects.toMatchObject({
      code: 'server_unavailable',
      message: expect.stringContaining('none.sock'),
      hint: expect.stringContaining('DOCKER_HOST'),
    });
  });

  it('is dead: a socket that nobody listens on (E1)', async () => {
    const port = await freePort();
    await expect(ensure(wish, { DOCKER_HOST: `tcp://127.0.0.1:${port}` })).rejects.toMatchObject({
      code: 'server_unavailable',
      hint: expect.stringContaining('systemctl start docker'),
    });
  });

  it('is asleep: it takes connections and says nothing (E1)', async () => {
    const sockets: net.Socket[] = [];
    const silent = net.createServer((socket) => sockets.push(socket)).listen(join(home.path, 'silent.sock'));
    try {
      await expect(ensure(wish, { DOCKER_HOST: `unix://${home.path}/silent.sock` })).rejects.toMatchObject({
        code: 'server_unavailable',
        hint: expect.stringContaining('Resume'),
      });
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });

  it('is on another machine, where a published port could not be reached', async () => {
    await expect(ensure(wish, { DOCKER_HOST: 'tcp://192.0.2.1:2375' })).rejects.toMatchObject({
      code: 'server_unavailable',
      message: expect.stringContaining('another machine'),
    });
    await expect(ensure(wish, { DOCKER_HOST: 'ssh://me@elsewhere' })).rejects.toMatchObject({
      message: expect.stringContaining('another machine'),
    });
  });

  it('reports a pull that fails in one of its lines, though the answer was 200 (E2)', async () => {
    const engineOf = createServer((request, response) => {
      const path = request.url ?? '';
      if (path.includes('/version')) return response.end('{"ApiVersion":"1.41"}');
      if (path.includes('/images/create')) {
        response.write('{"status":"Pulling from library/postgres","id":"17"}\n');
        response.write('{"status":"Downloading","id":"a1","progressDetail":{"current":10,"total":100}}\n');
        return response.end('{"errorDetail":{"message":"unexpected EOF"},"error":"unexpected EOF"}\n');
      }
      response.statusCode = 404;
      response.end('{"message":"No such image"}');
    }).listen(join(home.path, 'pull.sock'));
    const progress: number[] = [];
    try {
      const servers = openServers(home.core, { DOCKER_HOST: `unix://${home.path}/pull.sock` });
      await expect(
        servers.ensure({ kind: 'docker', postgres: 17 }, undefined, ({ doneBytes }) =>
          progress.push(doneBytes),
        ),
      ).rejects.toMatchObject({
        code: 'server_unavailable',
        message: 'The image postgres:17 is not here and cannot be pulled: unexpected EOF.',
        hint: expect.stringContaining('docker load'),
      });
      expect(progress).toEqual([10]);
    } finally {
      engineOf.close();
    }
  });
});

describe('what is refused with an engine', needsImage('postgres:17', 'rockpool-test/postgres:17'), () => {
  it('is an image that is not here and cannot be pulled, saying why (E2)', async () => {
    await expect(ensure({ image: 'localhost:1/nowhere/postgres:17' })).rejects.toMatchObject({
      code: 'server_unavailable',
      message: expect.stringMatching(
        /^The image localhost:1\/nowhere\/postgres:17 is not here and cannot be pulled: ./,
      ),
      hint: expect.stringContaining('--server embedded'),
    });
    expect(await openServers(home.core).list()).toEqual([]);
  });

  it('is an image that is no PostgreSQL', async () => {
    const image = `rockpool-test/empty-${home.core.paths.homeId}:1`;
    const context = await emptyImage(image);
    try {
      await expect(ensure({ image })).rejects.toMatchObject({
        code: 'server_unavailable',
        message: expect.stringContaining('is no PostgreSQL'),
      });
    } finally {
      await context();
    }
  });

  it('is an image of another PostgreSQL than asked for', async () => {
    await expect(ensure({ image: 'rockpool-test/postgres:17', postgres: 15 })).rejects.toMatchObject({
      code: 'server_version',
      message: expect.stringContaining('is PostgreSQL 17, not 15'),
    });
  });

  it('is a port that a program has, which is named (E3)', async () => {
    const port = await freePort();
    const taken = net.createServer().listen(port, '127.0.0.1');
    try {
      await expect(ensure({ postgres: 17, port })).rejects.toMatchObject({
        code: 'port_taken',
        message: expect.stringContaining(`process ${process.pid}`),
      });
    } finally {
      taken.close();
    }
    expect(await openServers(home.core).list()).toEqual([]);
    expect(await oursOn()).toEqual([]);
  });

  it('is a port that another container has, which is named, and a shared server takes another (E3)', async () => {
    const servers = openServers(home.core);
    const port = await freePort();
    const first = await servers.ensure({ kind: 'docker', postgres: 17, port });
    await using other = await makeHome();
    const others = openServers(other.core);
    await expect(others.ensure({ kind: 'docker', postgres: 17, port })).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringContaining(`rockpool-${home.core.paths.homeId}-docker-17-${port} (postgres:17)`),
    });
    await others.ensure({ kind: 'docker', postgres: 17 });
    await others.stop('docker_17');
    other.core.state.run("UPDATE servers SET record = json_set(record, '$.port', ?)", port);
    const moved = await others.start('docker_17');
    expect(moved.port).not.toBe(first.port);
    await servers.remove(first.name);
  });

  it('is a stranger’s container and a stranger’s volume of our name, which are never touched', async () => {
    const name = `rockpool-${home.core.paths.homeId}-docker-17`;
    const stranger = await engine().createContainer({ name, Image: 'postgres:17', Cmd: ['true'] });
    const seen = await stranger.inspect();
    try {
      await expect(ensure({ postgres: 17 })).rejects.toMatchObject({
        code: 'server_failed',
        message: expect.stringContaining('that Rockpool did not make'),
        hint: expect.stringContaining('docker rename'),
      });
      expect(await stranger.inspect()).toEqual(seen);
    } finally {
      await stranger.remove({ v: true });
    }
    await engine().createVolume({ Name: name });
    try {
      await expect(ensure({ postgres: 17 })).rejects.toMatchObject({ code: 'server_failed' });
      expect((await engine().getVolume(name).inspect()).Labels ?? {}).toEqual({});
    } finally {
      await engine().getVolume(name).remove();
    }
    expect(await openServers(home.core).list()).toEqual([]);
  });

  it('is the embedded server in another version than it has, saying what has it', async () => {
    await expect(openServers(home.core).ensure({ kind: 'embedded', postgres: 17 })).rejects.toMatchObject({
      code: 'server_unavailable',
      hint: expect.stringContaining('--server docker --postgres 17'),
    });
  });

  it('is a volume whose image has become another major (E11)', async () => {
    const servers = openServers(home.core);
    const image = `rockpool-test/moving-${home.core.paths.homeId}:1`;
    const [repo = '', tag = ''] = image.split(':');
    await engine().getImage('rockpool-test/postgres:17').tag({ repo, tag });
    try {
      const { name } = await servers.ensure({ kind: 'docker', image });
      await servers.stop(name);
      await engine().getImage('rockpool-test/postgres:15').tag({ repo, tag });
      await expect(servers.start(name)).rejects.toMatchObject({
        code: 'server_version',
        message: expect.stringContaining('PostgreSQL 15 by now'),
      });
      await engine().getImage('rockpool-test/postgres:17').tag({ repo, tag });
      await servers.start(name);
      await servers.remove(name);
    } finally {
      await engine().getImage(image).remove();
    }
  });
});

async function oursOn(): Promise<string[]> {
  return (await listEverything(engine())).filter((name) => name.includes(home.core.paths.homeId));
}

/** An image with one file in it; returns what removes it. */
async function emptyImage(name: string): Promise<() => Promise<void>> {
  const { packFiles } = await import('../../../../electron/servers/docker/tar.ts');
  const stream = await engine().buildImage(
    (await import('node:stream')).Readable.from([
      packFiles('context', [
        { path: 'Dockerfile', text: 'FROM scratch\nCOPY note /\nCMD ["/note"]\n', mode: 0o644 },
        { path: 'note', text: 'nothing', mode: 0o644 },
      ]),
    ]),
    { t: name },
  );
  await new Promise<void>((resolve, reject) => {
    engine().modem.followProgress(stream, (error: Error | null) =>
      error === null ? resolve() : reject(error),
    );
  });
  return async () => void (await engine().getImage(name).remove());
}
