import { z } from 'zod';
import {
  DemoStatements,
  DressWish,
  ParameterDefinition,
  ParameterValues,
  Preview,
  Profile,
  RemovedProfile,
} from '../demo.ts';
import { Named, procedure } from './procedure.ts';

// How long a name may be is the app's to say, in a person's words.
const name = z.string().max(10_000);
const OfProfile = Named.extend({ profile: name });

/** What an install is dressed in for a demo: statements, and profiles of values for them. */
export const demo = {
  show: procedure.input(Named).output(DemoStatements),
  /** Checks the statements before they are kept. */
  set: procedure
    .input(
      Named.extend({
        sql: z.string().max(900_000),
        parameters: z.record(z.string(), ParameterDefinition).nullable(),
      }),
    )
    .output(DemoStatements),
  clear: procedure.input(Named).output(z.object({ ok: z.literal(true) })),
  /** Tries the statements on the spare, which is made anew after it. */
  preview: procedure.input(Named.extend({ wish: DressWish })).output(Preview),
  profiles: {
    list: procedure.input(Named).output(z.array(Profile)),
    save: procedure.input(OfProfile.extend({ values: ParameterValues })).output(Profile),
    /** As `save`, but never in the place of another. */
    create: procedure.input(OfProfile.extend({ values: ParameterValues })).output(Profile),
    /** It can be had back for a while. */
    delete: procedure.input(OfProfile).output(Profile.extend({ until: z.iso.datetime() })),
    removed: procedure.input(Named).output(z.array(RemovedProfile)),
    undelete: procedure.input(OfProfile).output(Profile),
    /** Profiles as a text to keep; null for all of them. */
    export: procedure
      .input(Named.extend({ profile: name.nullable(), format: z.enum(['json', 'csv']) }))
      .output(z.object({ text: z.string() })),
    import: procedure
      .input(Named.extend({ text: z.string().max(900_000), format: z.enum(['json', 'csv']) }))
      .output(z.array(Profile)),
    duplicate: procedure.input(OfProfile.extend({ to: name })).output(Profile),
  },
};
