/** The nonce of this load, which the shell wrote into the page: styles that are made later carry it. */
export const styleNonce = document.querySelector('meta[name=style-nonce]')?.getAttribute('content') ?? '';

// Where what locks the scroll behind a dialog looks for it: it writes a style of its own.
Object.assign(globalThis, { __webpack_nonce__: styleNonce });
