import { HoldshortError } from '@holdshort/errors';
import type { Exchange } from '../exchange/exchange.js';

/** Operations whose answer is a pack, an archive or a stored object: nothing in it can be read as it passes. */
const OPERATIONS =
  /upload-pack|^download\/archive$|(?:tarball|zipball)-archive$|^lfs\/download$|^actions\/download-|^migrations\/(?:download|get)-archive/;

export const cannotMask = (why: string): HoldshortError =>
  new HoldshortError(
    'masking_impossible',
    `Policy wants secrets masked in what this call reads, and that is impossible here: ${why}.`,
    {
      advice:
        'Read single files or fields through the REST API, GraphQL or MCP instead. If whole repositories or archives are needed, ask an administrator to take the obligation to mask from this kind of call.',
    },
  );

/** @throws HoldshortError `masking_impossible` where it is known before anything is asked of GitHub */
export function refuseUnmaskable({ operation, lfs, capability }: Exchange): void {
  if (OPERATIONS.test(operation.id)) throw cannotMask('the answer is a git pack or an archive');
  if (lfs?.operation === 'download' || capability?.object) throw cannotMask('the answer is an LFS object');
}
