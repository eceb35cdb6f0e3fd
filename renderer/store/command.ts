import type { InstallRequest } from '../../electron/contract/install.ts';
import type { Job } from '../../electron/contract/job.ts';
import type { S3Options } from '../../electron/contract/source.ts';

/** A word as a shell takes it: as it is where that is safe, else between quotes. */
function shellWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The command line that does the same as the page: `rockpool` and the words, quoted where they must be. */
export function commandOf(...words: readonly (string | number | null | false)[]): string {
  const kept = words.filter((word) => word !== null && word !== false);
  return ['rockpool', ...kept.map((word) => shellWord(String(word)))].join(' ');
}

/** An option and its value, nothing where there is none. */
export function option(name: string, value: string | number | null | undefined): (string | number)[] {
  return value === null || value === undefined || value === '' ? [] : [name, value];
}

/** What an install dialog asks for, as a command. */
export function installCommand(request: InstallRequest): string {
  return commandOf(
    'install',
    request.dataset,
    ...option('--as', request.name),
    ...(request.server === 'embedded' ? [] : option('--server', request.server)),
    ...option('--postgres', request.postgres),
    ...option('--port', request.port),
    ...option('--schema', request.schemaFile),
    ...option('--tables', request.tables?.join(',') ?? null),
    ...option('--after', request.afterFile),
    request.createdb && '--createdb',
    ...option('--allow-personal-data', request.allowPersonalData),
    request.fresh === true && '--fresh',
  );
}

/** A new source, as a command. */
export function sourceCommand(name: string, url: string, s3: Partial<S3Options>): string {
  return commandOf(
    'source',
    'add',
    name,
    url,
    ...option('--region', s3.region),
    ...option('--endpoint', s3.endpoint),
    ...option('--profile', s3.profile),
    s3.pathStyle === true && '--path-style',
    s3.anonymous === true && '--anonymous',
    ...option('--ca', s3.ca),
    ...(s3.checksums === 'when-required' ? ['--checksums', 'when-required'] : []),
  );
}

/** What a job did, as the command that does it again; null where it does not say enough. */
export function jobCommand({ kind, request, install }: Job): string | null {
  const name = text(request.name) ?? install;
  if (kind === 'install') return isRequest(request.asked) ? installCommand(request.asked) : null;
  if (name === null) return null;
  switch (kind) {
    case 'reset':
      return commandOf(kind, name);
    case 'remove':
      return commandOf(kind, name, request.keep === true && '--keep');
    case 'update':
      return commandOf(
        'update',
        name,
        ...option('--to', text(request.to)),
        request.fresh === true && '--fresh',
        ...option('--gone', Array.isArray(request.gone) ? request.gone.join(',') : null),
      );
    case 'move':
      return commandOf(
        'move',
        name,
        ...option('--server', text(request.server)),
        ...option('--postgres', typeof request.postgres === 'number' ? request.postgres : null),
        ...option('--port', typeof request.port === 'number' ? request.port : null),
      );
    case 'snapshot': {
      const label = text(request.label);
      return label === null ? null : commandOf('snapshot', text(request.act) ?? 'save', name, label);
    }
    default:
      return null;
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isRequest(value: unknown): value is InstallRequest {
  return typeof value === 'object' && value !== null && typeof (value as InstallRequest).dataset === 'string';
}
