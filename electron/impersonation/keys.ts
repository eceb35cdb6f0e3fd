/**
 * A key as one text: that of a single column is the value itself, the parts of several stand with commas between, with
 * `%` and `,` in them written as in a URL.
 */
export function writeKey(values: readonly string[]): string {
  const [only, second] = values;
  if (only !== undefined && second === undefined) return only;
  return values.map((value) => value.replace(/[%,]/g, encodeURIComponent)).join(',');
}

/** The values of a key, null where the text cannot be one of so many columns. */
export function readKey(text: string, columns: number): string[] | null {
  if (columns === 1) return [text];
  const parts = text.split(',');
  if (parts.length !== columns) return null;
  return parts.map((part) => part.replace(/%(25|2C)/gi, decodeURIComponent));
}
