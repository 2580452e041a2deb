import { DELIM_PKT, encodePktLine, FLUSH_PKT } from './pkt-line.js';

export interface FetchRequest {
  /** Objects of any type; GitHub gives whatever it has (uploadpack.allowAnySHA1InWant). */
  wants: readonly string[];
  /** What these reach is left out of the answer. */
  haves?: readonly string[];
  /** `tree:0`: commits and what is named in `wants` only; `tree:1`: root trees too (git-rev-list(1), --filter). */
  filter: 'tree:0' | 'tree:1';
  /** The wanted commits without their ancestors. */
  shallow?: boolean;
}

type Format = 'sha1' | 'sha256';

function command(name: string, format: Format, args: readonly string[]): Buffer {
  const capabilities = [`command=${name}\n`, ...(format === 'sha1' ? [] : [`object-format=${format}\n`])];
  const lines = args.map((line) => encodePktLine(`${line}\n`));
  return Buffer.concat([...capabilities.map((line) => encodePktLine(line)), DELIM_PKT, ...lines, FLUSH_PKT]);
}

/** Body of `POST git-upload-pack` that fetches objects in one round (gitprotocol-v2, "fetch"). */
export function encodeFetch({ wants, haves = [], filter, shallow = false }: FetchRequest, format: Format): Buffer {
  return command('fetch', format, [
    'no-progress',
    'ofs-delta',
    ...wants.map((id) => `want ${id}`),
    ...haves.map((id) => `have ${id}`),
    ...(shallow ? ['deepen 1'] : []),
    `filter ${filter}`,
    'done',
  ]);
}

/** Body of `POST git-upload-pack` that asks where HEAD is (gitprotocol-v2, "ls-refs"). */
export const encodeHeadRequest = (format: Format): Buffer => command('ls-refs', format, ['ref-prefix HEAD']);
