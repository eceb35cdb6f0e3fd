import { z } from 'zod';
import { DownResult, ProjectPlan, UpResult } from '../project.ts';
import { procedure } from './procedure.ts';

/** A `rockpool.yml`, or the folder that has one. */
const Place = z.object({ file: z.string().min(1).max(4096) });

/** Project files: shown first, then done. */
export const projects = {
  /** Reads and checks a project, and tells what `up` would do; nothing of it runs. */
  plan: procedure.input(Place).output(ProjectPlan),
  /** Remembers that what was shown, `hash`, is agreed to; runs nothing. Refuses what has changed since. */
  trust: procedure.input(Place.extend({ hash: z.string().length(64) })).output(ProjectPlan),
  /** `hash` is that of the plan which was shown: what has changed since is refused. */
  up: procedure.input(Place.extend({ hash: z.string().length(64) })).output(UpResult),
  down: procedure.input(Place.extend({ remove: z.boolean() })).output(DownResult),
};
