import type { SqlParser } from '../../sql/parser.ts';
import type { SqlStatement } from '../../sql/split-items.ts';
import type { ArchiveContents } from '../contents.ts';

type Skipped = ArchiveContents['skipped'][number];

const languageMade = /^create\s+(?:or\s+replace\s+)?(?:trusted\s+)?(?:procedural\s+)?language\s+(\S+)/i;
const functionMade = /^create\s+(?:or\s+replace\s+)?(?:function|procedure)\s/i;
const otherLanguage = /\blanguage\s+(?!(?:sql|plpgsql)\b)/i;

/** Why a statement that brings code in another language than SQL and PL/pgSQL is left out; null for any other. */
export function refuseCode(parser: SqlParser, statement: SqlStatement): Skipped | null {
  const { text } = statement;
  const language = languageMade.exec(text)?.[1];
  if (language !== undefined) return { what: 'language', name: language, reason: 'languages are not made' };
  // A body can hold these words too, so the parser has the say.
  if (!functionMade.test(text) || !otherLanguage.test(text)) return null;
  const node = parser.parse(statement);
  if (!('CreateFunctionStmt' in node)) return null;
  const { options = [], funcname = [] } = node.CreateFunctionStmt;
  for (const option of options) {
    if (!('DefElem' in option) || option.DefElem.defname !== 'language') continue;
    const { arg } = option.DefElem;
    const used = arg !== undefined && 'String' in arg ? (arg.String.sval ?? '').toLowerCase() : '';
    if (used === 'sql' || used === 'plpgsql') return null;
    const name = funcname.flatMap((part) => ('String' in part ? [part.String.sval ?? ''] : [])).join('.');
    return { what: 'function', name, reason: `it is written in ${used}, which no dataset may bring` };
  }
  return null;
}
