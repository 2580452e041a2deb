/** The rules of the scanner take 7 MB: an agent whose assistants only read never loads them. */
export const scanners = () => import('./scanners.js');
