import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { SchemaNames } from '../../../../electron/contract/browse.ts';
import { styleNonce } from '../../../wire/nonce.ts';
import { takeTyping } from './typing.ts';

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', color: 'var(--rp-text)', backgroundColor: 'var(--rp-card)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { fontFamily: 'var(--mantine-font-family-monospace)', padding: '10px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--rp-text)' },
  '.cm-gutters': { backgroundColor: 'var(--rp-card)', color: 'var(--rp-quiet)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--rp-text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--rp-accent-soft)',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--rp-card)',
    color: 'var(--rp-text)',
    border: '1px solid var(--rp-line)',
    borderRadius: '6px',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--rp-accent)',
    color: 'var(--rp-card)',
  },
  '.cm-placeholder': { color: 'var(--rp-quiet)' },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--rp-accent)', fontWeight: '500' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--rp-good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--rp-warn)' },
  { tag: tags.comment, color: 'var(--rp-quiet)', fontStyle: 'italic' },
]);

/** An editor for SQL that knows the names of a database once they have come. */
export interface SqlEditor {
  text(): string;
  /** What is selected, or all of it. */
  chosen(): { readonly text: string; readonly from: number };
  write(text: string): void;
  complete(names: SchemaNames): void;
  select(position: number): void;
  focus(): void;
  close(): void;
}

/** Puts an editor into an element; `onRun` answers Ctrl/Cmd-Enter. */
export function openEditor(
  parent: HTMLElement,
  options: { text: string; label: string; hint: string; onRun(): void; onChange?(text: string): void },
): SqlEditor {
  const language = new Compartment();
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        EditorView.cspNonce.of(styleNonce),
        Prec.highest(keymap.of([{ key: 'Mod-Enter', run: () => run(options.onRun) }])),
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        autocompletion({ icons: false }),
        keymap.of([
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          ...completionKeymap,
          indentWithTab,
        ]),
        language.of(sql({ dialect: PostgreSQL, upperCaseKeywords: true })),
        syntaxHighlighting(colours),
        look,
        placeholder(options.hint),
        EditorView.contentAttributes.of({ 'aria-label': options.label }),
        takeTyping,
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange?.(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    chosen: () => {
      const { from, to, empty } = view.state.selection.main;
      return empty
        ? { text: view.state.doc.toString(), from: 0 }
        : { text: view.state.sliceDoc(from, to), from };
    },
    write: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    complete: (names) =>
      view.dispatch({
        effects: language.reconfigure(
          sql({ dialect: PostgreSQL, upperCaseKeywords: true, ...schemaOf(names) }),
        ),
      }),
    select: (position) => {
      const at = Math.min(position, view.state.doc.length);
      view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
      view.focus();
    },
    focus: () => view.focus(),
    close: () => view.destroy(),
  };
}

// A key binding says whether it took the key.
function run(act: () => void): true {
  act();
  return true;
}

function schemaOf({ tables }: SchemaNames): { schema: Record<string, string[]>; defaultSchema: string } {
  return {
    schema: Object.fromEntries(tables.map(({ schema, name, columns }) => [`${schema}.${name}`, columns])),
    defaultSchema: 'public',
  };
}
