/** The name that is most like what was typed, null where none is near: at most a third of its letters differ. */
export function closestName(typed: string, names: readonly string[]): string | null {
  let best: string | null = null;
  // Two letters that changed places differ in two.
  let bestDistance = Math.max(typed.length > 3 ? 2 : 1, Math.floor(typed.length / 3)) + 1;
  for (const name of names) {
    const distance = distanceOf(typed.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

// Levenshtein's distance, one row at a time.
function distanceOf(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next[j] = Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
