import { visible } from '../../electron/contract/visible.ts';

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Texts of the page of a project folder. */
export const texts = {
  title: 'Project',
  open: 'Open a project',
  folder: 'Folder of the project',
  placeholder: '~/work/acme, or its rockpool.yml',
  read: 'Read',
  lead: 'A rockpool.yml in a repository says which datasets a team installs, and how. It is shown here before anything of it runs.',
  tabDrop: 'A browser tab is not told where a folder is.',
  tabDropHint: 'Type its path here.',
  reading: 'Reading the project',
  file: 'rockpool.yml',
  trusted: 'trusted as it is',
  untrusted: 'not trusted yet',
  willTrust: (scripts: number) =>
    `Nothing of it has run. Trust covers the file${scripts === 0 ? '' : ` and its ${plural(scripts, 'script')}`} as shown here; whatever changes is shown again.`,
  trust: 'Trust it as shown',
  up: 'Up',
  upHint: (installs: number, missing: number) =>
    missing === 0
      ? `Brings ${plural(installs, 'install')} up to date. What was done to the data stays.`
      : missing === installs
        ? `Makes ${plural(installs, 'install')} and writes the env files.`
        : `Makes ${missing} of ${plural(installs, 'install')}, brings the rest up to date, writes the env files.`,
  down: 'Down',
  wentDown: (servers: readonly string[]) =>
    servers.length === 0
      ? 'No server is used by this project alone: all go on.'
      : `Stopped: ${servers.join(', ')}.`,
  missing: 'will be installed',
  present: 'is there, will be brought up to date',
  dataset: 'Dataset',
  server: 'Server',
  env: 'Env file',
  envLines: (file: string, variables: readonly { readonly key: string; readonly value: string }[]) =>
    [visible(file), ...variables.map(({ key, value }) => `${visible(key)}=${visible(value)}`)].join('\n'),
  profiles: 'Profiles',
  noSql: 'It runs no SQL of its own.',
  whole: 'The whole file',
  lines: (count: number) => plural(count, 'line'),
  actions: {
    installed: 'installed',
    updated: 'updated',
    unchanged: 'was up to date',
  },
  done: 'Done',
  dressed: (applied: number, rows: number) =>
    `${plural(applied, 'statement')} applied, ${plural(rows, 'row')} changed`,
  wrote: (file: string) => `wrote ${file}`,
  sameEnv: (file: string) => `${file} was right already`,
  openInstall: (name: string) => `Open ${name}`,
};
