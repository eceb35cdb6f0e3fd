/** The types that are inferred from text, and nothing wider than what every value of a column fits. */
export type ColumnType =
  | 'boolean'
  | 'integer'
  | 'bigint'
  | 'numeric'
  | 'date'
  | 'timestamp'
  | 'timestamptz'
  | 'uuid'
  | 'json'
  | 'jsonb'
  | 'text';

const numbers: readonly ColumnType[] = ['integer', 'bigint', 'numeric'];
const date = String.raw`(\d{4})-(\d{2})-(\d{2})`;
const time = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?`;
const dateOnly = new RegExp(`^${date}$`);
const timestamp = new RegExp(`^${date}[ T]${time}$`);
// PostgreSQL takes offsets below 16 hours.
const timestamptz = new RegExp(`^${date}[ T]${time}(?:Z|[+-](?:0\\d|1[0-5])(?::?[0-5]\\d)?)$`);
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const wholeNumber = /^(?:0|-?[1-9]\d*)$/;
const decimal = /^-?(?:0|[1-9]\d*)\.\d+$/;
const negativeZero = /^-0\.0*$/;
const maxDigits = 1000;
const maxJsonDepth = 100;

/**
 * The narrowest type that loses nothing of this value: leading zeros, a plus sign, capital hexadecimal digits and
 * exponents, which a number or a UUID would not give back, make it text.
 */
export function typeOfValue(value: string): ColumnType {
  const first = value.charCodeAt(0);
  if (first === 0x7b || first === 0x5b) return jsonType(value);
  if (value === 't' || value === 'f' || value === 'true' || value === 'false') return 'boolean';
  if (value.length > maxDigits) return 'text';
  if (wholeNumber.test(value)) return wholeType(value);
  if (decimal.test(value)) return negativeZero.test(value) ? 'text' : 'numeric';
  for (const [type, pattern] of [
    ['date', dateOnly],
    ['timestamp', timestamp],
    ['timestamptz', timestamptz],
  ] as const) {
    const match = pattern.exec(value);
    if (match) return isDate(Number(match[1]), Number(match[2]), Number(match[3])) ? type : 'text';
  }
  return uuid.test(value) ? 'uuid' : 'text';
}

/** The type that fits what was seen so far and this value too. */
export function widen(soFar: ColumnType | null, next: ColumnType): ColumnType {
  if (soFar === null || soFar === next) return next;
  const wider = Math.max(numbers.indexOf(soFar), numbers.indexOf(next));
  if (numbers.includes(soFar) && numbers.includes(next)) return numbers[wider] ?? 'text';
  if (isJson(soFar) && isJson(next)) return 'json';
  return 'text';
}

function wholeType(value: string): ColumnType {
  if (value.length > 20) return 'numeric';
  const number = BigInt(value);
  if (BigInt.asIntN(32, number) === number) return 'integer';
  return BigInt.asIntN(64, number) === number ? 'bigint' : 'numeric';
}

function isDate(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  // The last day of a month is the day before the next one's first; `Date.UTC` reads years below 100 as 19xx.
  return day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

function isJson(type: ColumnType): boolean {
  return type === 'json' || type === 'jsonb';
}

/**
 * `jsonb` only where the text is written as jsonb writes it, so that nothing gets lost, such as a key that stands
 * twice; else `json`, which keeps the text. Escapes that PostgreSQL may refuse make it text.
 */
function jsonType(value: string): ColumnType {
  if (/\\u(0000|d[89a-f])/i.test(value) || depthOf(value) > maxJsonDepth) return 'text';
  try {
    const spaced = JSON.stringify(JSON.parse(value), null, 1).replace(/\n */g, ' ');
    const plain = spaced.replace(/([[{]) /g, '$1').replace(/ ([\]}])/g, '$1');
    return plain === value ? 'jsonb' : 'json';
  } catch {
    return 'text';
  }
}

function depthOf(value: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of value) {
    if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === ']' || character === '}') depth--;
  }
  return deepest;
}
