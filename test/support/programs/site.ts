import { openTestSite } from '../page-server.ts';

/** Serves the small page in a process of its own until it is killed; prints its port and its token. */
const site = await openTestSite();
console.log(`site ${site.server.port} ${site.server.token}`);
process.on('SIGTERM', () => void site[Symbol.asyncDispose]().then(() => process.exit(0)));
