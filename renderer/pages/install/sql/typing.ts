import { EditorView } from '@codemirror/view';

/**
 * Takes what is typed before the browser does. Left to itself it would now and then keep the colour of what stood there
 * before in a style attribute, which the CSP refuses and the console complains of.
 */
export const takeTyping = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const text = event.data;
    // The editor hears of a selection later than the browser, so what is replaced is asked of the browser.
    const selected = document.getSelection();
    const { ranges } = view.state.selection;
    const isOurs =
      event.inputType === 'insertText' && text !== null && ranges.length === 1 && !view.composing;
    if (!isOurs || !selected?.anchorNode || !selected.focusNode) return false;
    const anchor = view.posAtDOM(selected.anchorNode, selected.anchorOffset);
    const head = view.posAtDOM(selected.focusNode, selected.focusOffset);
    const from = Math.min(anchor, head);
    const to = Math.max(anchor, head);
    event.preventDefault();
    const insert = () =>
      view.state.update({
        changes: { from, to, insert: text },
        selection: { anchor: from + text.length },
        userEvent: 'input.type',
        scrollIntoView: true,
      });
    // A bracket typed over a selection stands around it.
    const isTaken = view.state
      .facet(EditorView.inputHandler)
      .some((handle) => handle(view, from, to, text, insert));
    if (!isTaken) view.dispatch(insert());
    return true;
  },
});
