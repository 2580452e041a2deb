const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');

/** What a style element made at run time carries, so that the page's policy lets it work. */
export const styleNonce = (): string => meta?.nonce ?? '';
