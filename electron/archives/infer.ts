import { type ColumnType, typeOfValue, widen } from './types.ts';

const comma = 0x2c;
const quote = 0x22;
const newline = 0x0a;
// Longer values are text: what they are could not be told without holding them whole.
const maxValueBytes = 64 * 1024;

/**
 * Infers the columns' types from all rows of a CSV body without a header, in constant memory. An empty unquoted field
 * is NULL and says nothing; a column that holds nothing else is text. Fails with whatever `body` fails with.
 */
export async function inferTable(body: AsyncIterable<Buffer>, columns: number): Promise<ColumnType[]> {
  const types: (ColumnType | null)[] = Array.from({ length: columns }, () => null);
  const reader = new FieldReader(
    (index) => index < columns && types[index] !== 'text',
    (index, value, wasQuoted) => {
      if (value === '' && !wasQuoted) return;
      types[index] = value === null ? 'text' : widen(types[index] ?? null, typeOfValue(value));
    },
  );
  for await (const chunk of body) reader.push(chunk);
  reader.end();
  return types.map((type) => type ?? 'text');
}

/** Takes each field: its column, its text (null where it is too long or no UTF-8), and whether it was quoted. */
type OnField = (index: number, value: string | null, wasQuoted: boolean) => void;

class FieldReader {
  readonly #isWanted: (index: number) => boolean;
  readonly #onField: OnField;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #index = 0;
  #quoted = false;
  #wasQuoted = false;
  /** What earlier chunks hold of the field; null where it is too long. */
  #begun: Buffer | null = Buffer.alloc(0);

  constructor(isWanted: (index: number) => boolean, onField: OnField) {
    this.#isWanted = isWanted;
    this.#onField = onField;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (byte > comma) continue;
      if (byte === quote) {
        this.#quoted = !this.#quoted;
        this.#wasQuoted = true;
      } else if (!this.#quoted && (byte === comma || byte === newline)) {
        this.#take(chunk.subarray(from, at), byte === newline);
        from = at + 1;
      }
    }
    // The chunk is good until the next one comes.
    this.#keep(Buffer.from(chunk.subarray(from)));
  }

  end(): void {
    if (this.#index > 0 || this.#wasQuoted || this.#begun === null || this.#begun.length > 0) {
      this.#take(Buffer.alloc(0), true);
    }
  }

  #keep(bytes: Buffer): void {
    if (this.#begun === null) return;
    const length = this.#begun.length + bytes.length;
    if (length > maxValueBytes) this.#begun = null;
    else this.#begun = this.#begun.length === 0 ? bytes : Buffer.concat([this.#begun, bytes]);
  }

  #take(bytes: Buffer, endsRecord: boolean): void {
    if (this.#isWanted(this.#index)) {
      this.#keep(bytes);
      this.#onField(this.#index, this.#read(endsRecord), this.#wasQuoted);
    }
    this.#index = endsRecord ? 0 : this.#index + 1;
    this.#wasQuoted = false;
    this.#begun = Buffer.alloc(0);
  }

  #read(endsRecord: boolean): string | null {
    if (this.#begun === null) return null;
    try {
      const text = this.#decoder.decode(this.#begun);
      const value = endsRecord && text.endsWith('\r') ? text.slice(0, -1) : text;
      return this.#wasQuoted ? unquote(value) : value;
    } catch {
      return null;
    }
  }
}

function unquote(text: string): string {
  // A quote toggles; two of them inside a quoted part are one.
  let value = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '"') value += text[at];
    else if (quoted && text[at + 1] === '"') value += text[++at];
    else quoted = !quoted;
  }
  return value;
}
