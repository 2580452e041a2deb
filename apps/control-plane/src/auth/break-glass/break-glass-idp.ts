/** Stands where an issuer's URL stands, in the identity of whoever used a break-glass password; no URL, so no issuer can be it. */
export const BREAK_GLASS_IDP = 'holdshort:break-glass';
