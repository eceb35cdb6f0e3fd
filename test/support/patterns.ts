import { parseAst } from 'rolldown/parseAst';
import type { SourceFile } from './layers.ts';

/** A regular expression as it stands in the code. */
export interface Pattern {
  readonly path: string;
  readonly source: string;
  readonly flags: string;
}

interface AstNode {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** What the text of a pattern is made of, where that is not in its own file, with something that may stand there. */
const stands: Readonly<Record<string, string>> = {
  // The key of an extended header.
  'electron/archives/dumps/tar.ts key': 'path',
};

/** All regular expressions of these files: literals, and what is made by RegExp out of constants. */
export function patternsOf(files: readonly SourceFile[]): Pattern[] {
  return files.flatMap((file) => {
    const found: Pattern[] = [];
    const constants = new Map<string, AstNode>();
    const nodes = nodesOf(parseAst(file.text, { lang: file.path.endsWith('x') ? 'tsx' : 'ts' }));
    for (const node of nodes) {
      if (node.type === 'VariableDeclarator' && isNode(node.id) && isNode(node.init)) {
        constants.set(String(node.id.name), node.init);
      }
    }
    for (const node of nodes) {
      const regex =
        node.type === 'Literal' ? (node.regex as { pattern: string; flags: string } | null) : null;
      if (regex) found.push({ path: file.path, source: regex.pattern, flags: regex.flags });
      const isMade = node.type === 'NewExpression' || node.type === 'CallExpression';
      if (!isMade || !isNode(node.callee) || node.callee.name !== 'RegExp') continue;
      const [source, flags] = node.arguments as readonly AstNode[];
      found.push({
        path: file.path,
        source: source === undefined ? '' : textOf(source, constants, file.path),
        flags: flags === undefined ? '' : textOf(flags, constants, file.path),
      });
    }
    return found;
  });
}

function textOf(node: AstNode, constants: ReadonlyMap<string, AstNode>, path: string): string {
  if (node.type === 'Literal') return String(node.value);
  if (node.type === 'Identifier') {
    const name = String(node.name);
    const value = constants.get(name);
    const stand = stands[`${path} ${name}`];
    if (stand !== undefined) return stand;
    if (value !== undefined) return textOf(value, constants, path);
  }
  const isRaw = node.type === 'TaggedTemplateExpression';
  const template = isRaw ? (node.quasi as AstNode) : node;
  if (template.type === 'TemplateLiteral') {
    const values = (template.expressions as readonly AstNode[]).map((each) => textOf(each, constants, path));
    const texts = (template.quasis as readonly { value: { raw: string; cooked: string } }[]).map(
      ({ value }) => (isRaw ? value.raw : value.cooked),
    );
    return texts.map((text, index) => text + (values[index] ?? '')).join('');
  }
  throw new Error(
    `${path} makes a pattern out of what is known only when it runs: say in patterns.ts what may stand there.`,
  );
}

function nodesOf(root: unknown): AstNode[] {
  const nodes: AstNode[] = [];
  const rest: unknown[] = [root];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (isNode(value)) nodes.push(value);
    rest.push(...Object.values(value));
  }
  return nodes;
}

function isNode(value: unknown): value is AstNode {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}
