import type { FuncCall, Node, RangeVar } from 'libpg-query';

/** A name as a statement has it: the schema may be left to the search path. */
export interface MaybeQualified {
  readonly schema: string | null;
  readonly name: string;
}

export function rangeName(range: RangeVar | undefined): MaybeQualified | null {
  if (range?.relname === undefined) return null;
  return { schema: range.schemaname ?? null, name: range.relname };
}

/** The texts in a node, its lists included, in order. */
export function stringsOf(node: Node | undefined): string[] {
  if (node === undefined) return [];
  if ('String' in node) return [node.String.sval ?? ''];
  if ('List' in node) return (node.List.items ?? []).flatMap(stringsOf);
  if ('TypeName' in node) return (node.TypeName.names ?? []).flatMap(stringsOf);
  if ('ObjectWithArgs' in node) return (node.ObjectWithArgs.objname ?? []).flatMap(stringsOf);
  if ('RangeVar' in node)
    return [node.RangeVar.schemaname, node.RangeVar.relname].filter((s) => s !== undefined);
  if ('ColumnRef' in node) return (node.ColumnRef.fields ?? []).flatMap(stringsOf);
  const constant = constantOf(node);
  return constant === null ? [] : [constant];
}

/** The text of a constant, null for anything that has to be worked out. */
export function constantOf(node: Node): string | null {
  if ('TypeCast' in node) return node.TypeCast.arg === undefined ? null : constantOf(node.TypeCast.arg);
  if (!('A_Const' in node)) return null;
  return node.A_Const.sval === undefined ? null : (node.A_Const.sval.sval ?? '');
}

/** All calls of functions in a statement, wherever they stand. A tree may be deeper than our own stack. */
export function callsIn(node: Node): FuncCall[] {
  const calls: FuncCall[] = [];
  const rest: unknown[] = [node];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'FuncCall') calls.push(inner as FuncCall);
      rest.push(inner);
    }
  }
  return calls;
}

/** Roles that have to exist, without PUBLIC and the CURRENT_… words. */
export function rolesOf(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((node) =>
    'RoleSpec' in node && node.RoleSpec.rolename !== undefined ? [node.RoleSpec.rolename] : [],
  );
}

/** The schemas of a `search_path` that is written as one text. */
export function searchPathOf(text: string): string[] {
  return [...text.matchAll(/"((?:[^"]|"")*)"|([^,\s"]+)/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '').toLowerCase() : quoted.replaceAll('""', '"'),
  );
}

// The fields in which the kinds of statements keep the name of what they are about.
const nameFields = [
  'relation',
  'view',
  'sequence',
  'rel',
  'table',
  'into',
  'defnames',
  'funcname',
  'domainname',
  'typeName',
  'typevar',
  'object',
  'objects',
  'func',
  'opername',
  'name',
  'schemaname',
  'extname',
  'rolename',
  'role',
  'dbname',
  'pubname',
  'subname',
  'tablespacename',
  'fdwname',
  'servername',
  'plname',
  'trigname',
  'policy_name',
  'rulename',
  'conversion_name',
  'opfamilyname',
  'opclassname',
  'amname',
  'stmt',
  'typename',
  'sourcetype',
  'dictname',
  'cfgname',
  'local_schema',
];
const ownNames = ['idxname', 'trigname', 'policy_name', 'rulename'];

/** The name of what a statement is about, for people; empty where it has none. */
export function nameOf(statement: Node): string {
  const body = Object.values(statement)[0] as Record<string, unknown>;
  const own = ownNames.map((field) => body[field]).find((value) => typeof value === 'string');
  if (typeof own === 'string') return own;
  for (const field of nameFields) {
    const name = readName(body[field]);
    if (name !== '') return name;
  }
  return '';
}

function readName(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.flatMap((item) => stringsOf(item as Node)).join('.');
  if (typeof value !== 'object' || value === null) return '';
  const range = value as {
    relname?: unknown;
    schemaname?: unknown;
    rel?: unknown;
    rolename?: unknown;
    names?: unknown;
  };
  if (typeof range.relname === 'string') {
    return typeof range.schemaname === 'string' ? `${range.schemaname}.${range.relname}` : range.relname;
  }
  if (typeof range.rolename === 'string') return range.rolename;
  if (range.rel !== undefined) return readName(range.rel);
  if (range.names !== undefined) return readName(range.names);
  return stringsOf(value as Node).join('.');
}
