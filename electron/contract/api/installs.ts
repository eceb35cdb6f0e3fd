import { z } from 'zod';
import { Card } from '../card.ts';
import { DressWish, ResetAllResult } from '../demo.ts';
import {
  Edited,
  Install,
  InstallDetails,
  InstallRequest,
  InstallResult,
  Look,
  MoveResult,
  RemoveResult,
  ResetResult,
  Snapshot,
  SnapshotSaved,
  UpdateResult,
  UpdateWish,
  UrlFormat,
} from '../install.ts';
import { ServerKind } from '../server.ts';
import { Named, procedure } from './procedure.ts';

// How long a label may be is the app's to say, in a person's words.
const label = z.string().max(10_000);

/**
 * The life of installs. What is a job runs to its end whatever becomes of the connection: it is followed and cancelled as
 * a job, and its answer comes to who still waits.
 */
export const installs = {
  list: procedure.output(z.array(Card)),
  show: procedure.input(Named).output(InstallDetails),
  /** The shipped sample, installed as `demo`; one that is there already is started. */
  demo: procedure.output(InstallResult),
  install: procedure.input(InstallRequest).output(InstallResult),
  /** A name for an install of this dataset that is not in use. */
  propose: procedure
    .input(z.object({ dataset: z.string() }))
    .output(z.object({ name: z.string(), freeBytes: z.number(), keepFreeBytes: z.number() })),
  /** What would be installed; asks the source. */
  look: procedure.input(z.object({ dataset: z.string().min(1) })).output(Look),
  reset: procedure.input(Named.extend({ wish: DressWish.optional() })).output(ResetResult),
  /** All installs, one after the other; one that fails keeps no other from it. */
  resetAll: procedure.output(ResetAllResult),
  update: procedure
    .input(Named.extend({ to: z.string().nullable(), wish: UpdateWish.optional() }))
    .output(UpdateResult),
  move: procedure
    .input(
      Named.extend({
        server: ServerKind,
        postgres: z.number().int().nullable(),
        /** The image of a container, where it is not that of the settings. */
        image: z.string().min(1).max(255).nullish(),
        port: z.number().int().min(1).max(65535).nullable(),
      }),
    )
    .output(MoveResult),
  /** With `keep` it can be undone for a while. */
  remove: procedure.input(Named.extend({ keep: z.boolean().optional() })).output(RemoveResult),
  unremove: procedure.input(Named).output(z.object({ install: Install })),
  /** Tables that were written to since the last reset, with about how many rows. */
  edits: procedure.input(Named).output(z.array(Edited)),
  /**
   * The revision that an update would bring to each install, by its name; null where there is none, where its source does
   * not answer, and where only a pull can tell. Asks the sources.
   */
  newer: procedure
    .input(z.object({ names: z.array(Named.shape.name).max(100_000) }))
    .output(z.record(z.string(), z.string().nullable())),
  url: procedure.input(Named.extend({ format: UrlFormat })).output(z.object({ text: z.string() })),
  snapshots: {
    list: procedure.input(Named).output(z.array(Snapshot)),
    save: procedure.input(Named.extend({ label })).output(SnapshotSaved),
    restore: procedure.input(Named.extend({ label })).output(ResetResult),
    /** With `keep` it can be had back until a time. */
    delete: procedure
      .input(Named.extend({ label, keep: z.boolean().optional() }))
      .output(Snapshot.extend({ until: z.iso.datetime().nullable() })),
    removed: procedure.input(Named).output(z.array(z.object({ label: z.string(), until: z.iso.datetime() }))),
    undelete: procedure.input(Named.extend({ label })).output(Snapshot),
  },
};
