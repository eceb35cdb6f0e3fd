import type { App } from '../../electron/app.ts';

/** What `App.install` takes for a dataset in a file, on the embedded server, with nothing special. */
export function installRequest(
  dataset: string,
  name: string,
  more: Partial<Parameters<App['install']>[0]> = {},
): Parameters<App['install']>[0] {
  return {
    dataset,
    name,
    server: 'embedded',
    port: null,
    postgres: null,
    schemaFile: null,
    afterFile: null,
    tables: null,
    createdb: false,
    allowPersonalData: null,
    ...more,
  };
}
