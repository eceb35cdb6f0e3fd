import type { TestOptions } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Why a test cannot run here; `test/run.ts` prints it. */
    skipReason?: string;
    /** What it needs cannot be installed by a script: `test/run.ts` never requires it. */
    notToBeHad?: boolean;
  }
}

/**
 * Options for `it` and `describe` of what can run only under a condition. The reason is printed at the end of a
 * run, and with ROCKPOOL_REQUIRE_ALL=1 a skipped test counts as failed.
 */
export function skipUnless(condition: boolean, reason: string): TestOptions {
  return condition ? {} : { skip: true, meta: { skipReason: reason } };
}

/** For tests that change users, mount file systems or need to be above permissions. */
export const onlyAsRoot = skipUnless(process.getuid?.() === 0, 'it needs to run as root');

/** For tests that read /proc or use signals as Linux has them. */
export const onlyOnLinux = skipUnless(process.platform === 'linux', 'it needs Linux');

/** True in `npm run test:full`: longer seeds and more rounds. */
export const full = process.env.ROCKPOOL_TEST_FULL === '1';

/** As `skipUnless`, for what no package that can be had brings along, such as Electron's own binary. */
export function skipWhereNotToBeHad(condition: boolean, reason: string): TestOptions {
  return condition ? {} : { skip: true, meta: { skipReason: reason, notToBeHad: true } };
}
