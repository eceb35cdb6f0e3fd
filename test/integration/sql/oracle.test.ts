import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBinaries } from '../../../electron/servers/binaries.ts';
import { StatementSplitter } from '../../../electron/sql/split.ts';
import { ofPsql, ofSplitter } from '../../support/comparable.ts';
import { psqlProgram, statementsOfPsql } from '../../support/psql.ts';
import { full, skipUnless } from '../../support/skip.ts';
import { openStatementLog, type StatementLog } from '../../support/statement-log.ts';
import { scripts } from '../../support/statements.ts';

const wanted = full ? 50_000 : 3_000;
const psql = psqlProgram ?? '';
let log: StatementLog;
beforeAll(async () => {
  log = await openStatementLog();
});
afterAll(async () => {
  await log[Symbol.asyncDispose]();
});

function statementsOfOurs(script: Buffer): string[] {
  const splitter = new StatementSplitter('script.sql');
  const items = [...splitter.push(script), ...splitter.end()];
  return items.flatMap((item) =>
    item.kind === 'statement' || item.kind === 'copy' ? [item.statement.text] : [],
  );
}

/** Splits by both and returns how many statements the server saw. The first difference is an error with its place. */
async function countSame(script: string): Promise<number> {
  const bytes = Buffer.from(script);
  const ours = ofSplitter(statementsOfOurs(bytes));
  const theirs = ofPsql(await log.statementsOf(psql, bytes));
  const at = theirs.findIndex((text, index) => text !== ours[index]);
  if (at !== -1)
    expect({ at, ours: ours.slice(at - 1, at + 2) }).toEqual({ at, ours: theirs.slice(at - 1, at + 2) });
  expect(ours.length).toBe(theirs.length);
  return theirs.length;
}

// psql 15.20 loses what follows the rows of a COPY in some scripts, which 15.18 did not: then it is no witness for these.
async function readsBehindRows(): Promise<boolean> {
  const script = 'copy t from stdin;\na\n\\.\n;; select 1 /*\n*/ + 1;\nselect 2;\n';
  const isWhole = (await statementsOfPsql(psql, Buffer.from(script))).at(-1) === 'select 2;';
  if (!isWhole)
    console.log('this psql loses statements behind the rows of a COPY: scripts without rows are compared');
  return isWhole;
}

describe(
  'statements as the server sees them (C16)',
  skipUnless(psqlProgram !== null, 'it needs psql'),
  () => {
    it('are those of every script of the extensions that PostgreSQL comes with', async () => {
      const folders = [
        join(findBinaries().folder, 'share', 'postgresql', 'extension'),
        '/usr/share/postgresql/15/extension',
      ];
      const texts = folders.filter(existsSync).flatMap((folder) =>
        readdirSync(folder)
          .filter((file) => file.endsWith('.sql'))
          .map((file) => readFileSync(join(folder, file), 'utf8')),
      );
      expect(texts.length).toBeGreaterThan(100);
      // Their first lines stop psql on purpose, and names of schemas are put in before they are run.
      const script = texts
        .map((text) => text.replace(/^\\(echo|quit).*$/gm, '').replaceAll(/@extschema(:\w+)?@/g, 'public'))
        .join('\n;\n');
      const count = await countSame(script);
      expect(count).toBeGreaterThan(2000);
      console.log(`statements of extensions: ${count} split, 0 differences`);
    });

    it('are those of generated scripts', async () => {
      const usable = (await readsBehindRows()) ? () => true : (script: string) => !/copy/i.test(script);
      let count = 0;
      let made = 0;
      for (let seed = 1; count < wanted; seed++) {
        const samples = fc.sample(scripts, { numRuns: 500, seed }).filter(usable);
        made += samples.length;
        // Each begins on a line of its own, outside of any transaction.
        count += await countSame(samples.map((script) => `${script}\n;\nrollback;\n`).join(''));
      }
      console.log(`generated statements: ${count} split in ${made} scripts, 0 differences`);
    }, 1_800_000);
  },
);
