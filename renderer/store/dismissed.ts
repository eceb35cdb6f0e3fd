import { create } from 'zustand';

const key = 'rockpool-dismissed';
const mostKept = 200;

/** The jobs whose failures were seen and put away in this browser. */
export const useDismissed = create<{ readonly ids: ReadonlySet<string> }>(() => ({ ids: new Set(read()) }));

export function dismissJob(id: string): void {
  const ids = [...useDismissed.getState().ids, id].slice(-mostKept);
  localStorage.setItem(key, JSON.stringify(ids));
  useDismissed.setState({ ids: new Set(ids) });
}

function read(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}
