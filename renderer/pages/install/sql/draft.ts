/** What was typed for an install and run before, kept in this browser's tab storage. */
export interface Draft {
  readonly text: string;
  /** Statements that were run, the latest first, each once. */
  readonly past: readonly string[];
}

const mostPast = 40;
const longest = 50_000;

export function readDraft(install: string): Draft {
  try {
    const { text = '', past = [] } = JSON.parse(
      localStorage.getItem(keyOf(install)) ?? '{}',
    ) as Partial<Draft>;
    return { text: String(text), past: past.map(String) };
  } catch {
    return { text: '', past: [] };
  }
}

/** Keeps a draft as far as there is room, and returns what is kept. */
export function writeDraft(install: string, { text, past }: Draft): Draft {
  const kept = { text, past: [...new Set(past)].slice(0, mostPast) };
  if (text.length > longest) return kept;
  try {
    localStorage.setItem(keyOf(install), JSON.stringify(kept));
  } catch {
    // A full storage loses the history, not the statement.
  }
  return kept;
}

function keyOf(install: string): string {
  return `rockpool-sql-${install}`;
}
