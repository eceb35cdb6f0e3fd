import { api } from './implementer.ts';

const { uploads } = api;

export const uploadsApi = uploads.router({
  begin: uploads.begin.handler(({ context, input }) => context.app.beginUpload(input.name, input.sizeBytes)),
  append: uploads.append.handler(({ context, input }) =>
    context.app.appendUpload(input.id, input.path, input.offset, Buffer.from(input.base64, 'base64')),
  ),
  finish: uploads.finish.handler(({ context, input }) => context.app.finishUpload(input.id)),
  discard: uploads.discard.handler(async ({ context, input }) => {
    await context.app.discardUpload(input.id);
    return { ok: true as const };
  }),
});
