import { z } from 'zod';
import {
  DemoStatements,
  DressWish,
  ParameterDefinition,
  ParameterValues,
  Preview,
  Profile,
} from '../demo.ts';
import { Named, procedure } from './procedure.ts';

const OfProfile = Named.extend({ profile: z.string().min(1).max(200) });

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
    delete: procedure.input(OfProfile).output(Profile),
    /** Profiles as a text to keep; null for all of them. */
    export: procedure
      .input(Named.extend({ profile: z.string().max(200).nullable(), format: z.enum(['json', 'csv']) }))
      .output(z.object({ text: z.string() })),
    import: procedure
      .input(Named.extend({ text: z.string().max(900_000), format: z.enum(['json', 'csv']) }))
      .output(z.array(Profile)),
    duplicate: procedure.input(OfProfile.extend({ to: z.string().min(1).max(200) })).output(Profile),
  },
};
