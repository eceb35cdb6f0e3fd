import { z } from 'zod';
import { Dataset, S3Options, Source, SourceCheck, SourceRecord } from '../source.ts';
import { Named, procedure } from './procedure.ts';

/** Places where datasets are published, and what is published there. */
export const sources = {
  list: procedure.output(z.array(Source)),
  show: procedure.input(Named).output(SourceRecord),
  add: procedure.input(Named.extend({ url: z.string().min(1), s3: S3Options.partial() })).output(Source),
  check: procedure.input(Named).output(SourceCheck),
  remove: procedure.input(Named).output(Source),
  datasets: procedure.input(Named).output(z.array(Dataset)),
};
