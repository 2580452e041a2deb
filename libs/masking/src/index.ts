export { Masker, type MaskCount, type MaskOptions } from './masker.js';
