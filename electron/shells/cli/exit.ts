import type { ErrorCode, ErrorReport } from '../../contract/errors.ts';
import { printable } from './output.ts';

/** Exit codes of the command line: 0 done, 1 failed, 2 wrong usage, 3 busy, 4 refused by a check, 130 cancelled. */
export function exitCodeOf(code: ErrorCode): number {
  switch (code) {
    case 'usage':
      return 2;
    case 'busy':
      return 3;
    case 'personal_data':
      return 4;
    case 'cancelled':
      return 130;
    default:
      return 1;
  }
}

/** An error as a person reads it: what happened, what to do, and its code for whoever looks it up. */
export function formatError(error: ErrorReport, job: string | null): string {
  const lines = [`error: ${error.message}`];
  if (error.hint !== null) lines.push(`  what to do: ${error.hint}`);
  const detail = Object.entries(error.detail ?? {}).filter(([, value]) => value !== null);
  if (detail.length > 0)
    lines.push(`  details: ${detail.map(([key, value]) => `${key} ${value}`).join(', ')}`);
  lines.push(`  code: ${error.code}${job === null ? '' : `, job ${job}`}`);
  return printable(lines.join('\n'));
}
