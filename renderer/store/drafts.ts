import { create } from 'zustand';

/** What was typed into a form, by its fields. */
export type Draft = Readonly<Record<string, string>>;

const key = 'rockpool-drafts';

/** What was typed and not kept yet, for as long as this tab lives; a reload loses none of it. */
const useDrafts = create<{ readonly byForm: Readonly<Record<string, Draft>> }>(() => ({ byForm: read() }));

/** The draft of a form, null where nothing was typed into it. */
export function useDraft(form: string): Draft | null {
  return useDrafts(({ byForm }) => byForm[form] ?? null);
}

export function readDraft(form: string): Draft | null {
  return useDrafts.getState().byForm[form] ?? null;
}

/** Keeps a draft; null forgets it. */
export function keepDraft(form: string, draft: Draft | null): void {
  const { [form]: _, ...rest } = useDrafts.getState().byForm;
  const byForm = draft === null ? rest : { ...rest, [form]: draft };
  useDrafts.setState({ byForm });
  try {
    sessionStorage.setItem(key, JSON.stringify(byForm));
  } catch {
    // A full storage loses what a reload would bring back, not what is on the screen.
  }
}

/** The form of a profile's values; null is that of an install without one. */
export function valuesForm(install: string, profile: string | null): string {
  return `values ${JSON.stringify([install, profile])}`;
}

function read(): Record<string, Draft> {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(key) ?? '{}');
    return typeof stored === 'object' && stored !== null ? (stored as Record<string, Draft>) : {};
  } catch {
    return {};
  }
}
