import { api, never } from './implementer.ts';

const { machine } = api;

export const machineApi = machine.router({
  watch: machine.watch.handler(({ context, signal }) => context.app.watchChanges(signal ?? never)),
  versions: machine.versions.handler(({ context }) => context.app.versions()),
  settings: {
    get: machine.settings.get.handler(async ({ context }) => context.app.getSettings()),
    set: machine.settings.set.handler(async ({ context, input }) => context.app.setSettings(input)),
  },
  disk: machine.disk.handler(({ context }) => context.app.measureDisk()),
  cache: {
    list: machine.cache.list.handler(async ({ context }) => context.app.listCache()),
    prune: machine.cache.prune.handler(({ context, input }) => context.app.pruneCache(input)),
  },
  keyring: machine.keyring.handler(async ({ context }) => ({
    protection: await context.app.protectionOfSecrets(),
  })),
  diagnostics: machine.diagnostics.handler(({ context }) => {
    // A page has no folder that it stands in: the file goes where the logs are, with the time in its name.
    const time = new Date().toISOString().slice(0, 19).replaceAll(':', '');
    return context.app.writeDiagnostics(`${context.app.paths.logs}/rockpool-diagnostics-${time}.zip`);
  }),
});
