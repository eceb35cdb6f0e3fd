import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** One instance of PostgreSQL's grammar in WebAssembly, with a memory of its own. */
export interface Grammar {
  /** The tree of a text as libpg-query has it, unread. Throws PostgreSQL's message for what is no SQL. */
  parse(text: string): unknown;
  scan(text: string): unknown;
}

interface Instance {
  _malloc(size: number): number;
  _free(at: number): void;
  _wasm_parse_query_raw(text: number): number;
  _wasm_free_parse_result(result: number): void;
  _wasm_scan(text: number): number;
  _wasm_free_string(text: number): void;
  getValue(at: number, type: 'i32'): number;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, at: number, size: number): void;
  UTF8ToString(at: number): string;
}

/** What PostgreSQL's parser says of a text. Anything else that is thrown is a fault of the instance. */
export class GrammarError extends Error {
  override name = 'GrammarError';
}

type Exports = Record<string, unknown>;
type Imports = object;
type Code = object;

// Node has it, and its types do not.
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<Code>;
  Instance: new (code: Code, imports: Imports) => { readonly exports: Exports };
};

interface Hooks {
  instantiateWasm(imports: Imports, receive: (instance: { exports: Exports }) => void): void;
}

const require = createRequire(import.meta.url);
// The package's own functions share one instance for the whole process, which cannot be replaced.
const start: (
  hooks: Hooks & Partial<Instance>,
) => Promise<Instance> = require('libpg-query/wasm/libpg-query.js');

/** A first instance of the grammar, and what makes another one at once, without waiting. */
export interface Grammars {
  readonly first: Grammar;
  /** An instance is not to be used again after it threw anything but a `GrammarError`. */
  another(): Grammar;
}

export async function compileGrammar(): Promise<Grammars> {
  const file = require.resolve('libpg-query/wasm/libpg-query.wasm');
  const code = await WebAssembly.compile(await readFile(file));
  // Names of exports are shortened anew by each release: that of the constructors is the first to be called.
  let constructors: string | undefined;
  const first = await start({
    instantiateWasm: (imports, receive) => {
      const noted = Object.entries(new WebAssembly.Instance(code, imports).exports).map(([name, value]) => {
        if (typeof value !== 'function' || value.length > 0) return [name, value];
        const note = (): unknown => {
          constructors ??= name;
          return value();
        };
        return [name, note];
      });
      receive({ exports: Object.fromEntries(noted) });
    },
  });
  const name = constructors;
  if (name === undefined) throw new Error('This release of libpg-query starts in another way.');
  return { first: grammarOf(first), another: () => grammarOf(makeInstance(code, name)) };
}

// The loader fills in its functions at once, but runs the constructors later, when a promise is done.
function makeInstance(code: Code, constructors: string): Instance {
  const made: Hooks & Partial<Instance> = {
    instantiateWasm: (imports, receive) => {
      const { exports } = new WebAssembly.Instance(code, imports);
      receive({ exports: { ...exports, [constructors]: () => {} } });
      (exports[constructors] as () => void)();
    },
  };
  void start(made);
  return made as Instance;
}

function grammarOf(instance: Instance): Grammar {
  return {
    parse: (text) => withText(instance, text, (at) => parseAt(instance, at)),
    scan: (text) => withText(instance, text, (at) => scanAt(instance, at)),
  };
}

function withText<T>(instance: Instance, text: string, work: (at: number) => T): T {
  const size = instance.lengthBytesUTF8(text) + 1;
  const at = instance._malloc(size);
  if (at === 0) throw new RangeError('there is no memory left for it');
  instance.stringToUTF8(text, at, size);
  try {
    return work(at);
  } finally {
    instance._free(at);
  }
}

// PgQueryParseResult is three pointers: the tree, what was written to the standard error, and the error.
function parseAt(instance: Instance, at: number): unknown {
  const result = instance._wasm_parse_query_raw(at);
  if (result === 0) throw new RangeError('there is no memory left for it');
  try {
    const error = instance.getValue(result + 8, 'i32');
    if (error !== 0) throw new GrammarError(instance.UTF8ToString(instance.getValue(error, 'i32')));
    return JSON.parse(instance.UTF8ToString(instance.getValue(result, 'i32')));
  } finally {
    instance._wasm_free_parse_result(result);
  }
}

function scanAt(instance: Instance, at: number): unknown {
  const result = instance._wasm_scan(at);
  try {
    const text = instance.UTF8ToString(result);
    if (!text.startsWith('{')) throw new GrammarError(text);
    return JSON.parse(text);
  } finally {
    instance._wasm_free_string(result);
  }
}
