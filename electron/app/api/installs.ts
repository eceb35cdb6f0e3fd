import { api, never } from './implementer.ts';

const { installs } = api;

// A job goes on when the page that asked for it is closed: none is given the signal of its call.
export const installsApi = installs.router({
  list: installs.list.handler(({ context }) => context.app.listCards()),
  show: installs.show.handler(({ context, input }) => context.app.showInstall(input.name)),
  demo: installs.demo.handler(({ context }) => context.app.installDemo({})),
  install: installs.install.handler(async ({ context, input }) => {
    const result = await context.app.install(input, {});
    await context.app.forgetUploaded(input.dataset);
    return result;
  }),
  look: installs.look.handler(({ context, input, signal }) =>
    context.app.lookAt(input.dataset, signal ?? never),
  ),
  propose: installs.propose.handler(({ context, input }) => context.app.proposeInstall(input.dataset)),
  reset: installs.reset.handler(({ context, input }) => context.app.resetInstall(input.name, {}, input.wish)),
  resetAll: installs.resetAll.handler(({ context }) => context.app.resetAll({}, {})),
  update: installs.update.handler(({ context, input }) =>
    context.app.updateInstall(input.name, input.to, {}, input.wish ?? {}),
  ),
  move: installs.move.handler(({ context, input }) =>
    context.app.moveInstall(
      input.name,
      {
        kind: input.server,
        port: input.port ?? undefined,
        postgres: input.postgres ?? undefined,
        image: input.image ?? undefined,
      },
      {},
    ),
  ),
  remove: installs.remove.handler(({ context, input: { name, keep } }) =>
    context.app.removeInstall(name, {}, { keep: keep === true }),
  ),
  unremove: installs.unremove.handler(({ context, input }) => context.app.unremoveInstall(input.name, {})),
  edits: installs.edits.handler(({ context, input }) => context.app.listEdits(input.name)),
  newer: installs.newer.handler(({ context, input, signal }) => context.app.findNewerOf(input.names, signal)),
  url: installs.url.handler(async ({ context, input }) => ({
    text: await context.app.urlOf(input.name, input.format),
  })),
  snapshots: {
    list: installs.snapshots.list.handler(async ({ context, input }) =>
      context.app.listSnapshots(input.name),
    ),
    save: installs.snapshots.save.handler(({ context, input }) =>
      context.app.saveSnapshot(input.name, input.label, {}),
    ),
    restore: installs.snapshots.restore.handler(({ context, input }) =>
      context.app.restoreSnapshot(input.name, input.label, {}),
    ),
    delete: installs.snapshots.delete.handler(({ context, input }) =>
      context.app.deleteSnapshot(input.name, input.label, {}, { keep: input.keep === true }),
    ),
    removed: installs.snapshots.removed.handler(async ({ context, input }) =>
      context.app.listRemovedSnapshots(input.name),
    ),
    undelete: installs.snapshots.undelete.handler(({ context, input }) =>
      context.app.undeleteSnapshot(input.name, input.label, {}),
    ),
  },
});
