import { sha256Hex } from './canonical-json.js';

/** A name, and the canonical text of name and value: `"name":value`. */
export type Member = readonly [name: string, text: string];

/**
 * Hash and canonical text of an event from the texts of its members, each of which was written once.
 * @param draft and `own` in RFC 8785 order; a name in both is the chain's
 */
export function sealMembers(draft: readonly Member[], own: readonly Member[]): { hash: string; json: string } {
  let [before, after, next] = ['', '', 0];
  const write = ([name, text]: Member): void => {
    if (name === 'hash') return;
    if (name < 'hash') before += `,${text}`;
    else after += `,${text}`;
  };
  for (const member of own) {
    for (let other = draft[next]; other && other[0] < member[0]; other = draft[(next += 1)]) write(other);
    if (draft[next]?.[0] === member[0]) next += 1;
    write(member);
  }
  for (const member of draft.slice(next)) write(member);
  const open = `{${before.slice(1)}`;
  const hash = sha256Hex(`${open}${after}}`);
  return { hash, json: `${open},"hash":"${hash}"${after}}` };
}
