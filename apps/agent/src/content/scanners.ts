/** All that needs the rules of the scanner; see `load-scanners.ts`. */
export { ScanAhead } from './scan-ahead.js';
export { scanFile } from './scan-file.js';
export { scanPush } from './scan-push.js';
export { scanTexts } from './scan-texts.js';
export { ShownNames } from './shown-names.js';
export { describeHeld } from '../held/describe-held.js';
