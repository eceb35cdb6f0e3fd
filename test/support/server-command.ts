// A second process that uses the servers of a home: node server-command.ts ensure|start|stop|running|list NAME [PORT]
import { writeSync } from 'node:fs';
import { isRockpoolError } from '../../electron/contract/errors.ts';
import { openServers } from '../../electron/servers/servers.ts';
import { openCore } from '../../electron/state/core.ts';

const [action, name = 'embedded', port] = process.argv.slice(2);
const servers = openServers(openCore());

async function run(): Promise<unknown> {
  switch (action) {
    case 'ensure':
      return await servers.ensure({
        kind: 'embedded',
        ...(port === undefined ? {} : { port: Number(port) }),
      });
    case 'start':
      return await servers.start(name);
    case 'stop':
      return await servers.stop(name);
    case 'running':
      return await servers.running(name);
    case 'list':
      return await servers.list();
    default:
      throw new RangeError(`unknown action ${action}`);
  }
}

try {
  writeSync(1, JSON.stringify({ result: await run() }));
} catch (error) {
  writeSync(1, JSON.stringify({ error: isRockpoolError(error) ? error.report() : String(error) }));
}
