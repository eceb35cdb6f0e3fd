import { formatCount } from '../parts/format.ts';

const plural = (count: number, noun: string) => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;

/** Texts of Home, its cards, and what can be done with an install. */
export const texts = {
  install: 'Install a dataset',
  actions: {
    open: 'Open',
    reset: 'Reset',
    plain: 'Reset without the demo',
    update: 'Update',
    snapshot: 'Save a snapshot …',
    move: 'Move to another server …',
    start: (server: string) => `Start ${server}`,
    stop: (server: string) => `Stop ${server}`,
    remove: 'Remove',
  },
  buttons: { open: 'Open', reset: 'Reset', update: 'Update', start: 'Start' } as Record<string, string>,
  /** Says of which install a button is, for who hears the page. */
  actionFor: (action: string, name: string) => `${action} ${name}`,
  job: (id: string) => `job ${id}`,
  menu: (name: string) => `More for ${name}`,
  undo: (label: string, minutes: number) => `Undo: back to “${label}” (${minutes} min left)`,
  undoShort: (label: string, minutes: number) => `Back to ${label} · ${minutes} min`,
  resetAll: (count: number) => `Reset all ${count}`,
  resetAllAbout: (count: number) =>
    `Puts a fresh copy in the place of ${count} installs, each with the profile that is on. What was changed can be had back for a while.`,
  allReset: (count: number, kept: number) =>
    `${plural(count, 'install')} ${count === 1 ? 'is' : 'are'} clean again${
      kept === 0 ? '' : `; ${kept} had been changed and can be had back for a while`
    }.`,
  notReset: (name: string, message: string) => `${name} was not reset: ${message}`,
  newer: 'newer revision',
  newerTitle: (revision: string) => `Revision ${revision} is published`,
  demo: (profile: string) => `Demo: ${profile}`,
  toDemo: 'To the fields of the demo',
  stopBeing: (label: string) => `Stop being ${label.split(/[\s@]/)[0]?.slice(0, 18)}`,
  stoppedBeing: (label: string, name: string) => `${label} is in ${name} again as the data had them.`,
  youAre: (label: string) => `you are ${label}`,
  size: (size: string, rows: string) => `${size} · ${rows} rows`,
  postgres: (version: string | null, kind: string) =>
    `PostgreSQL${version === null ? '' : ` ${version}`} · ${kind}`,
  changed: (rows: number) => `About ${plural(rows, 'row')} changed since the`,
  sinceReset: 'reset',
  sinceInstall: 'install',
  clean: 'Clean',
  spareReady: 'Clean, the next reset is ready',
  stopped: (server: string) => `The server ${server} is stopped`,
  starting: (server: string) => `The server ${server} is starting`,
  failedServer: (server: string) => `The server ${server} does not answer`,
  looking: 'Counting what changed',
  wasReset: (name: string, unreachable: string, ended: number) =>
    `${name} is clean again: unreachable for ${unreachable}, ${plural(ended, 'session')} ended.`,
  updated: (name: string, revision: string, reloaded: number, kept: number) =>
    `${name} is at revision ${revision}: ${plural(reloaded, 'table')} reloaded, ${formatCount(kept)} kept.`,
  upToDate: (name: string, revision: string, how: string) =>
    `${name} is up to date: revision ${revision} is the newest. ${how}`,
  wentBack: (name: string, label: string, unreachable: string) =>
    `${name} is back to “${label}”: unreachable for ${unreachable}.`,
  removed: (name: string, tables: number, rows: number, changed: number) =>
    `${name} is removed, with ${plural(tables, 'table')} and ${plural(rows, 'row')}${
      changed === 0 ? '' : `; about ${plural(changed, 'row')} had been changed`
    }.`,
  undoable: (minutes: number) => `It can be undone for ${plural(minutes, 'minute')}.`,
  isBack: (name: string) => `${name} is back as it was.`,
  undoRemoval: 'Undo',
  unremove: (name: string) => `Undo the removal of ${name}`,
  removedList: 'Removed',
  removedLine: (name: string, tables: number, rows: number, minutes: number) =>
    `${name} is removed. In ${plural(minutes, 'minute')} its ${plural(tables, 'table')} and ${plural(rows, 'row')} are gone for good.`,
  saved: (name: string, label: string, closed: string) =>
    `“${label}” is saved; ${name} was closed for ${closed}.`,
  removeNow: 'Remove now',
  dismiss: 'Dismiss',
  untouched: 'Nothing of yours is touched until the last step',
  waiting: 'Waiting for its turn',
  left: (time: string) => `${time} left`,
  log: 'Log',
  steps: 'Steps',
  progressOf: (title: string) => `${title}: progress`,
  logOf: (title: string) => `Log of ${title}`,
  noLog: 'Nothing has been written yet',
  rows: (rows: string) => `${rows} rows`,
  perSecond: (size: string) => `${size}/s`,
  lately: 'Lately',
  allJobs: 'All jobs',
  latelyColumns: { what: 'Job', how: 'Outcome', took: 'Took', when: 'When' },
  cancelled: 'cancelled',
  interrupted: 'interrupted',
  notInstalled: (name: string) => `${name} was not installed`,
  formats: {
    url: 'URL',
    env: '.env line',
    psql: 'psql command',
    jdbc: 'JDBC URL',
    prisma: 'Prisma',
    django: 'Django settings',
    rails: 'Rails database.yml',
    compose: 'Compose service',
  } as Record<string, string>,
  copyUrl: (name: string) => `Copy the URL of ${name}`,
  copyAs: (name: string) => `Copy the connection of ${name} as …`,
  copiedAs: (format: string) => `Copied: ${format}`,
  /** The date and the minute; written by hand, since it is made for every card and a formatter is slow to make. */
  snapshotLabel: (now = new Date()) => {
    const two = (part: number) => String(part).padStart(2, '0');
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())} ${two(now.getHours())}:${two(now.getMinutes())}`;
  },
  snapshot: {
    title: (name: string) => `Save a snapshot of ${name}`,
    label: 'Label',
    about: (size: string) =>
      `A copy of the data as it is now, about ${size}. The database is closed while it is copied, and its sessions end.`,
    submit: 'Save',
  },
  move: {
    title: (name: string) => `Move ${name}`,
    about: 'Host and port change; user, password and database stay. It is restored there from the cache.',
    lost: (rows: number) => `About ${plural(rows, 'row')} that were changed here are not taken along.`,
    server: 'Server',
    port: 'Port',
    portHint: 'Empty for any that is free',
    submit: 'Move',
    moved: (name: string, server: string, port: number) => `${name} is on ${server} now, port ${port}.`,
    there: (name: string) => `${name} is there already.`,
  },
  kinds: { embedded: 'Embedded', docker: 'Docker', external: 'External' } as Record<string, string>,
  mfa: {
    title: 'A code is wanted',
    about: (device: string) => `AWS asks for the code that ${device} shows now.`,
    label: 'Code',
    submit: 'Send',
    none: 'Give no code',
  },
};
