import { refuse } from '../unclassifiable.js';

export interface LfsObject {
  /** SHA-256 of the content, lower-case hex. */
  oid: string;
  /** Bytes. */
  size: number;
}

export interface LfsBatch {
  operation: 'upload' | 'download';
  objects: LfsObject[];
  ref?: string;
}

/** git-lfs asks for 100 objects at a time (its setting lfs.transfer.batchSize); GitHub takes no more either. */
const MAX_OBJECTS = 1000;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readObject(value: unknown): LfsObject {
  if (!isObject(value)) return refuse('request_malformed', 'An LFS object is not a JSON object.');
  const { oid, size } = value;
  if (typeof oid !== 'string' || !/^[0-9a-f]{64}$/.test(oid))
    return refuse('request_malformed', 'An LFS object is not named by its SHA-256.');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    return refuse('request_malformed', 'An LFS object has no size in bytes.');
  return { oid, size };
}

function readRef(ref: unknown): { ref?: string } {
  const name = isObject(ref) ? ref['name'] : undefined;
  return typeof name === 'string' ? { ref: name } : {};
}

/**
 * The body of an LFS batch request (git-lfs docs/api/batch.md), with every field that matters checked.
 * @throws Unclassifiable where it says anything that is not understood
 */
export function readLfsBatch(body: unknown): LfsBatch {
  if (!isObject(body)) return refuse('request_malformed', 'The LFS batch is not a JSON object.');
  const { operation, objects, transfers, hash_algo: algorithm = 'sha256', ref } = body;
  if (operation !== 'upload' && operation !== 'download')
    return refuse('operation_unknown', 'An LFS batch uploads or downloads; this one does neither.');
  if (algorithm !== 'sha256') return refuse('operation_unknown', 'LFS objects are named by SHA-256 only.');
  if (transfers !== undefined && !(Array.isArray(transfers) && transfers.includes('basic')))
    return refuse(
      'operation_unknown',
      'Of the LFS transfers only "basic" is forwarded, and this client does not offer it.',
    );
  if (!Array.isArray(objects) || objects.length > MAX_OBJECTS)
    return refuse('request_malformed', `An LFS batch names up to ${MAX_OBJECTS} objects.`);
  return { operation, objects: objects.map(readObject), ...readRef(ref) };
}
