import { create } from 'zustand';

/** What is asked of a person before something begins. */
export type Dialog =
  | {
      readonly kind: 'install';
      readonly dataset: string;
      /** What it is called to people, where the reference says it badly. */
      readonly title: string;
      readonly sizeBytes: number | null;
      /** The upload that the dataset lies in, to be discarded where nothing is installed. */
      readonly upload: string | null;
    }
  | { readonly kind: 'snapshot'; readonly name: string }
  | { readonly kind: 'move'; readonly name: string }
  | { readonly kind: 'source'; readonly of: 'folder' | 'filestore' | 's3' };

/** The dialog that is open; one at a time. */
export const useDialog = create<{ readonly dialog: Dialog | null }>(() => ({ dialog: null }));

export function openDialog(dialog: Dialog): void {
  useDialog.setState({ dialog });
}

export function closeDialog(): void {
  useDialog.setState({ dialog: null });
}
