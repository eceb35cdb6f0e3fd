/** Bytes that mean something to a scanner of SQL. */
export const byte = {
  lineFeed: 0x0a,
  return: 0x0d,
  doubleQuote: 0x22,
  dollar: 0x24,
  ampersand: 0x26,
  quote: 0x27,
  open: 0x28,
  close: 0x29,
  star: 0x2a,
  minus: 0x2d,
  slash: 0x2f,
  colon: 0x3a,
  semicolon: 0x3b,
  equals: 0x3d,
  backslash: 0x5c,
} as const;
