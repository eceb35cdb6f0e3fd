/** The names that are most like one that is none of them: those that hold its letters in the same order, most alike first. */
export function closestNames(wanted: string, names: readonly string[], most = 3): string[] {
  return names
    .map((name) => ({ name, likeness: likeness(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter((each) => each.likeness >= 0.5)
    .sort((a, b) => b.likeness - a.likeness || a.name.length - b.name.length)
    .slice(0, most)
    .map(({ name }) => name);
}

// The share of letter pairs that two names have in common (Dice); a name within the other counts as alike.
function likeness(a: string, b: string): number {
  const bare = b.slice(b.lastIndexOf('.') + 1);
  if (a !== '' && (b.includes(a) || (bare.length > 2 && a.includes(bare)))) return 0.9;
  return Math.max(dice(a, b), dice(a, bare));
}

function dice(a: string, b: string): number {
  const [first, second] = [pairsOf(a), pairsOf(b)];
  const shared = first.filter((pair) => {
    const at = second.indexOf(pair);
    if (at === -1) return false;
    second.splice(at, 1);
    return true;
  });
  const total = pairsOf(a).length + pairsOf(b).length;
  return total === 0 ? 0 : (2 * shared.length) / total;
}

function pairsOf(text: string): string[] {
  return Array.from({ length: text.length + 1 }, (_, at) => ` ${text} `.slice(at, at + 2));
}
