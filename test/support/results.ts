import { relative } from 'node:path';
import { z } from 'zod';

/** What has become of the tests of one run. Texts name a test by its file and its full name. */
export interface Results {
  readonly passed: number;
  readonly failed: readonly string[];
  readonly skipped: readonly {
    readonly test: string;
    readonly reason: string;
    /** True where what it needs cannot be had from any registry that is reached. */
    readonly notToBeHad?: boolean;
  }[];
  /** What a run that was ended early had not come to, or not to its end. */
  readonly notRun?: readonly string[];
}

/** The parts of Vitest's JSON report that are counted here. */
const VitestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          meta: z
            .object({ skipReason: z.string().optional(), notToBeHad: z.boolean().optional() })
            .optional(),
        }),
      ),
    }),
  ),
});

const noResults: Results = { passed: 0, failed: [], skipped: [] };

/**
 * Counts a Vitest run by its report (null where it wrote none) and its exit code. What fails outside of any test
 * (a file that cannot be read, a hook, an error nobody awaited) counts as one failure, and so does a run without tests.
 */
export function readResults(run: string, report: string | null, exitCode: number, root: string): Results {
  const parsed = report === null ? null : VitestReport.safeParse(JSON.parse(report));
  if (!parsed?.success) return { ...noResults, failed: [`${run}: it ended with ${exitCode} and no report`] };
  let passed = 0;
  const failed: string[] = [];
  const skipped: Results['skipped'][number][] = [];
  for (const file of parsed.data.testResults) {
    const name = relative(root, file.name);
    const failedBefore = failed.length;
    for (const test of file.assertionResults) {
      const named = `${name}: ${test.fullName}`;
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') failed.push(named);
      else {
        const reason = test.meta?.skipReason ?? unexplained(file.status);
        skipped.push({ test: named, reason, ...(test.meta?.notToBeHad === true && { notToBeHad: true }) });
      }
    }
    if (file.status === 'failed' && failed.length === failedBefore)
      failed.push(`${name}: outside of any test`);
  }
  if (passed + failed.length + skipped.length === 0) failed.push(`${run}: there are no tests`);
  if (exitCode !== 0 && failed.length === 0) failed.push(`${run}: it ended with ${exitCode}`);
  return { passed, failed, skipped };
}

/**
 * Counts what a Vitest run came to before it was ended: what it had not come to is named, and the run as such has failed.
 */
export function readEnded(run: string, report: string, notRun: readonly string[], root: string): Results {
  const { passed, failed, skipped } = readResults(run, report, 0, root);
  const own = failed.filter((test) => test !== `${run}: there are no tests`);
  return {
    passed,
    failed: [...own, `${run}: it was ended early`],
    skipped,
    notRun: notRun.map((file) => `${run}: ${relative(root, file)}`),
  };
}

function unexplained(fileStatus: string): string {
  return fileStatus === 'failed' ? 'what it stands in has failed' : 'no reason is given';
}

/**
 * Puts the results of several runs together. With `requireAll` every skipped test has failed, but for those that need what
 * no registry has: they stay skipped, named with their reason.
 */
export function addUpResults(all: readonly Results[], requireAll: boolean): Results {
  const skipped = all.flatMap((results) => results.skipped);
  const failed = all.flatMap((results) => results.failed);
  const passed = all.reduce((sum, results) => sum + results.passed, 0);
  const notRun = all.flatMap((results) => results.notRun ?? []);
  if (!requireAll) return { passed, failed, skipped, notRun };
  const required = skipped
    .filter(({ notToBeHad }) => notToBeHad !== true)
    .map(({ test, reason }) => `${test} (skipped: ${reason})`);
  return {
    passed,
    failed: [...failed, ...required],
    skipped: skipped.filter(({ notToBeHad }) => notToBeHad === true),
    notRun,
  };
}

/** The line that ends every run. */
export function summaryLine({ passed, failed, skipped }: Results): string {
  return `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`;
}
