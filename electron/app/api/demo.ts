import { api } from './implementer.ts';

const { demo } = api;

export const demoApi = demo.router({
  show: demo.show.handler(({ context, input }) => context.app.showStatements(input.name)),
  set: demo.set.handler(({ context, input: { name, sql, parameters } }) =>
    context.app.setStatements(name, { file: null, sql, ...(parameters !== null && { parameters }) }),
  ),
  clear: demo.clear.handler(async ({ context, input }) => {
    context.app.clearStatements(input.name);
    return { ok: true as const };
  }),
  preview: demo.preview.handler(({ context, input }) =>
    context.app.previewStatements(input.name, input.wish, {}),
  ),
  profiles: {
    list: demo.profiles.list.handler(async ({ context, input }) => context.app.listProfiles(input.name)),
    save: demo.profiles.save.handler(({ context, input }) =>
      context.app.saveProfile(input.name, input.profile, input.values),
    ),
    create: demo.profiles.create.handler(({ context, input }) =>
      context.app.createProfile(input.name, input.profile, input.values),
    ),
    delete: demo.profiles.delete.handler(async ({ context, input }) =>
      context.app.deleteProfile(input.name, input.profile),
    ),
    removed: demo.profiles.removed.handler(async ({ context, input }) =>
      context.app.listRemovedProfiles(input.name),
    ),
    undelete: demo.profiles.undelete.handler(async ({ context, input }) =>
      context.app.undeleteProfile(input.name, input.profile),
    ),
    export: demo.profiles.export.handler(async ({ context, input }) => ({
      text: context.app.writeProfiles(input.name, input.profile, input.format),
    })),
    import: demo.profiles.import.handler(({ context, input }) =>
      context.app.readProfiles(input.name, input.text, input.format),
    ),
    duplicate: demo.profiles.duplicate.handler(async ({ context, input }) =>
      context.app.duplicateProfile(input.name, input.profile, input.to),
    ),
  },
});
