const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');

/** What a style element made at run time carries, so that the page's policy lets it work. */
export const styleNonce = (): string => meta?.nonce ?? '';

// where dialogs get it from, which lock what is behind them by a style of their own (get-nonce, as webpack names it)
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
