/** The names that are most like one that is none of them: with other capitals, as a part, or a few letters off. */
export function nearNames(name: string, names: readonly string[], most = 3): string[] {
  const wanted = name.toLowerCase();
  const scored = names.map((candidate) => {
    const other = candidate.toLowerCase();
    const bare = other.slice(other.lastIndexOf('.') + 1);
    const distance = Math.min(distanceOf(wanted, other), distanceOf(wanted, bare));
    const within = wanted !== '' && (other.includes(wanted) || (bare !== '' && wanted.includes(bare)));
    return { candidate, distance: within ? Math.min(distance, 1) : distance };
  });
  return scored
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(wanted.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

// How many letters have to be put in, taken out or changed (Levenshtein). Names have 63 bytes a part at most.
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (const [at, other] of [...b].entries()) {
      const changed = (row[at] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
