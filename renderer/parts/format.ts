const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** Bytes as people say them: `1.2 GB`, to two figures under ten. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** A number with its thousands apart. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** A large number to two figures, as `6.2 M`; a small one whole. */
export function formatMany(count: number): string {
  if (count < 100_000) return formatCount(count);
  const [value, unit] = count >= 999_500_000 ? [count / 1e9, 'B'] : [count / 1e6, 'M'];
  return value < 9.95 ? `${value.toFixed(1)} ${unit}` : `${Math.round(value)} ${unit}`;
}

/** A duration to two figures: `38 ms`, `1.8 s`, `3 min 10 s`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** How long ago: `now`, `5 min ago`, `2 h ago`, `yesterday`, then the date. */
export function formatAgo(at: string, now = Date.now()): string {
  const seconds = (now - Date.parse(at)) / 1000;
  if (seconds < 45) return 'now';
  if (seconds < 3570) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  if (seconds < 2 * 86_400) return 'yesterday';
  if (seconds < 7 * 86_400) return new Date(at).toLocaleDateString('en-US', { weekday: 'long' });
  return new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

/** The exact time, in the reader's own zone, for what a relative one hides. */
export function formatExact(at: string): string {
  return new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
}
