import { describe, expect, it } from 'vitest';
import { readAlterTable, splitCommands } from '../../../electron/sql/commands.ts';
import { loadParser } from '../../../electron/sql/parser.ts';

const parser = await loadParser();
const statement = (text: string) => ({ text, line: 3, file: 's.sql' });

describe('splitCommands', () => {
  it('makes one statement of each command of an ALTER TABLE', () => {
    const sql = `ALTER TABLE IF EXISTS ONLY "ü".t ADD CONSTRAINT a CHECK (x IN (1, 2)), -- é, ;
      ALTER c SET DEFAULT ARRAY[1, 2], ADD d numeric(5, 2) DEFAULT 'a,b'`;
    expect(splitCommands(parser, statement(sql))).toEqual([
      {
        text: 'ALTER TABLE IF EXISTS ONLY "ü".t ADD CONSTRAINT a CHECK (x IN (1, 2))',
        line: 3,
        file: 's.sql',
      },
      {
        text: 'ALTER TABLE IF EXISTS ONLY "ü".t -- é, ;\n      ALTER c SET DEFAULT ARRAY[1, 2]',
        line: 3,
        file: 's.sql',
      },
      { text: `ALTER TABLE IF EXISTS ONLY "ü".t ADD d numeric(5, 2) DEFAULT 'a,b'`, line: 3, file: 's.sql' },
    ]);
    for (const one of splitCommands(parser, statement(sql))) parser.parse(one);
  });

  it.each(['ALTER TABLE t ADD a int', 'CREATE TABLE t (a int, b int)', 'ALTER TABLE a.b.c * RENAME x TO y'])(
    'leaves %j as it is',
    (sql) => {
      expect(splitCommands(parser, statement(sql))).toEqual([statement(sql)]);
    },
  );

  it('gives the command that follows the table', () => {
    const sql = 'alter table only (a.b) add constraint k foreign key (x, y) references c (x, y)';
    expect(readAlterTable(parser, statement(sql))?.commands).toEqual([
      'add constraint k foreign key (x, y) references c (x, y)',
    ]);
  });
});
