import type { App } from '../app.ts';
import type { DressWish } from '../contract/demo.ts';
import { RockpoolError } from '../contract/errors.ts';
import { InstallRequest, UpdateWish } from '../contract/install.ts';
import type { Job } from '../contract/job.ts';
import { ServerKind } from '../contract/server.ts';

/** Does what an ended job was asked to do, as a new job. Throws `not_available` where that cannot be told any more. */
export async function retryJob(app: App, id: string): Promise<unknown> {
  const { job } = app.showJob(id);
  const { request } = job;
  const name = String(request.name ?? job.install ?? '');
  switch (job.kind) {
    case 'install': {
      const asked = InstallRequest.safeParse(request.asked);
      if (!asked.success) throw notRepeatable(job);
      return app.install(asked.data, {});
    }
    case 'reset':
      return app.resetInstall(name, {}, dressOf(request));
    case 'update':
      return app.updateInstall(
        name,
        typeof request.to === 'string' ? request.to : null,
        {},
        UpdateWish.catch({}).parse({ fresh: request.fresh, gone: request.gone }),
      );
    case 'move': {
      const port = typeof request.port === 'number' ? request.port : undefined;
      const postgres = typeof request.postgres === 'number' ? request.postgres : undefined;
      const image = typeof request.image === 'string' ? request.image : undefined;
      return app.moveInstall(name, { kind: ServerKind.parse(request.server), port, postgres, image }, {});
    }
    case 'preview':
      // Of becoming a user: neither values nor, always, the user are in the record.
      if (request.act === 'become') throw notRepeatable(job);
      return app.previewStatements(name, dressOf(request), {});
    case 'remove':
      return app.removeInstall(name, {}, { keep: request.keep === true });
    case 'snapshot': {
      const label = String(request.label);
      if (request.act === 'save') return app.saveSnapshot(name, label, {});
      if (request.act === 'restore') return app.restoreSnapshot(name, label, {});
      throw notRepeatable(job);
    }
    default:
      throw notRepeatable(job);
  }
}

function notRepeatable(job: Job): RockpoolError {
  return new RockpoolError('not_available', `The job ${job.id} does not say enough to be done again.`, {
    hint: 'Start it again from where it was started.',
    detail: { job: job.id, kind: job.kind },
  });
}

/** The profile of a reset or a preview. Values that were given for once are in no record. */
function dressOf(request: Job['request']): DressWish {
  return {
    ...(typeof request.profile === 'string' && { profile: request.profile }),
    ...(request.plain === true && { plain: true }),
  };
}
