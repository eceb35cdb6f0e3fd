import { RockpoolError } from '../../contract/errors.ts';

/** Says that an archive is not what its format asks for; `offset` is where in the file that shows. */
export function damaged(file: string, problem: string, offset?: number): RockpoolError {
  const where = offset === undefined ? '' : ` at byte ${offset}`;
  return new RockpoolError('archive_damaged', `${file} is damaged${where}: ${problem}.`, {
    hint: 'Nothing of it was kept. Pull it again, or have it exported again.',
    detail: offset === undefined ? { file } : { file, offset },
  });
}

/** Says that a file is whole, but in a format or a version that is not read. */
export function unreadable(
  file: string,
  what: string,
  hint: string,
  detail: Readonly<Record<string, string | number>> = {},
): RockpoolError {
  return new RockpoolError('format_unknown', `${file} cannot be installed: ${what}.`, {
    hint,
    detail: { file, ...detail },
  });
}
