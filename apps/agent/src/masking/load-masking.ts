/** The rules take 7 MB: an agent under whose policy nothing is masked never loads them. */
export const masking = () => import('./response-mask.js');
