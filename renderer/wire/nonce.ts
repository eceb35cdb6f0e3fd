/** The nonce of this load, which the shell wrote into the page: styles that are made later carry it. */
export const styleNonce = document.querySelector('meta[name=style-nonce]')?.getAttribute('content') ?? '';
