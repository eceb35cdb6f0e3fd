const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Bytes as people read them, in decimal units: `61.3 MB`, `613 MB`. The last figure is found by `round`. */
export function formatBytes(bytes: number, round: (value: number) => number = Math.round): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${(round(value * 10 ** digits) / 10 ** digits).toFixed(digits)} ${units[unit]}`;
}
