import { isOwnerName } from '../names.js';

/** OCI distribution specification 1.1, "Pulling manifests": grammar of names, tags and digests. */
const NAME_PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const NAME = new RegExp(`^${NAME_PART}(?:/${NAME_PART})+$`);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[A-Za-z0-9=_-]{32,256}$/;

/** Words that stand between a name and what follows it: as parts of a name they would be read in two ways. */
const RESERVED: ReadonlySet<string> = new Set(['blobs', 'manifests', 'tags', 'referrers', 'uploads', 'upload']);

/** Docker's own bound on a name with its host. */
const MAX_NAME = 255;

/** `OWNER/IMAGE[/...]` to its owner; undefined for what ghcr.io could not have. */
export function ownerOfImage(name: string): string | undefined {
  const [owner = '', ...rest] = name.split('/');
  const isGood = name.length <= MAX_NAME && NAME.test(name) && isOwnerName(owner);
  return isGood && !rest.some((part) => RESERVED.has(part)) ? owner : undefined;
}

export const isDigest = (text: string): boolean => DIGEST.test(text);
export const isReference = (text: string): boolean => TAG.test(text) || DIGEST.test(text);
