import { type ErrorDetail, type ErrorReport, isRockpoolError } from '../contract/errors.ts';
import { connectionLost } from '../sql/errors.ts';
import { redact } from '../state/redact.ts';

/** Any thrown thing as a report: ours as it is, anything else as `internal` with the place of the log. */
export function reportOf(thrown: unknown, logFile: string): ErrorReport {
  const original = originalOf(thrown);
  const error = connectionLost(original) ?? original;
  if (isRockpoolError(error)) {
    const { code, message, hint, detail } = error.report();
    return {
      code,
      message: redact(message),
      hint: hint === null ? null : redact(hint),
      detail: detail === null ? null : redactDetail(detail),
    };
  }
  return {
    code: 'internal',
    message: 'Something went wrong that Rockpool did not expect.',
    hint: `The log has the details: ${logFile}. Please report it with the output of rockpool diagnostics.`,
    detail: { name: error instanceof Error ? error.name : typeof error },
  };
}

// Where closing a thing fails too, what went wrong first is what a person needs.
function originalOf(error: unknown): unknown {
  return error instanceof SuppressedError ? originalOf(error.suppressed) : error;
}

function redactDetail(detail: ErrorDetail): ErrorDetail {
  return Object.fromEntries(
    Object.entries(detail).map(([key, value]) => [key, typeof value === 'string' ? redact(value) : value]),
  );
}

/**
 * What the log keeps of an unexpected error: its name, its message and where it was thrown. The message of an error
 * that came from PostgreSQL can hold values of a row, so of any error with a code only that is kept (faults F5).
 */
export function describeUnexpected(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = (error as { code?: unknown }).code;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${error.name}${code === undefined ? `: ${error.message}` : ` ${String(code)}`}`, ...frames].join(
    '\n',
  );
}
