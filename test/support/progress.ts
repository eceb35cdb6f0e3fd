import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Reporter, TestModule, TestSpecification } from 'vitest/node';

/** Writes down, line by line, which files are to be run and what has become of each: a run can be ended at any time. */
export class Progress implements Reporter {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  onTestRunStart(files: readonly TestSpecification[]): void {
    this.#write({ planned: files.map(({ moduleId }) => moduleId) });
  }

  onTestModuleEnd(module: TestModule): void {
    const tests = [...module.children.allTests()].map((test) => ({
      fullName: test.fullName.replaceAll(' > ', ' '),
      status: test.result().state,
      meta: test.meta(),
    }));
    this.#write({ ended: { name: module.moduleId, status: module.state(), assertionResults: tests } });
  }

  #write(line: object): void {
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

interface Line {
  readonly planned?: readonly string[];
  readonly ended?: { readonly name: string };
}

/** What `Progress` wrote until a run was ended: a report of the files that came to their end, and the others. */
export function readProgress(file: string): { report: string; notRun: string[] } {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  // What follows the last end of a line was being written.
  const lines = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
  const ended = lines.flatMap((line) => line.ended ?? []);
  const names = new Set(ended.map(({ name }) => name));
  const notRun = lines.flatMap((line) => line.planned ?? []).filter((name) => !names.has(name));
  return { report: JSON.stringify({ testResults: ended }), notRun };
}
