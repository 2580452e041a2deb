import { encodePktLine, MAX_PKT_DATA } from './pkt-line.js';

export type SidebandBand = 1 | 2 | 3;
export type SidebandMode = 'none' | 'side-band' | 'side-band-64k';

/** Payload of one packet: 65,520 or 1,000 bytes less four length digits and the band (gitprotocol-capabilities). */
const PAYLOAD = { 'side-band-64k': MAX_PKT_DATA - 1, 'side-band': 995 } as const;

/**
 * `data` as packets of one band: 1 carries the answer, 2 is shown as `remote: ...`, 3 ends git with an error.
 * Empty data gives one empty packet of the band, which git uses as keep-alive.
 */
export function encodeSideband(
  band: SidebandBand,
  data: string | Uint8Array,
  mode: Exclude<SidebandMode, 'none'> = 'side-band-64k',
): Buffer {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  const packets: Buffer[] = [];
  let at = 0;
  do {
    const part = bytes.subarray(at, at + PAYLOAD[mode]);
    packets.push(encodePktLine(Buffer.concat([Buffer.of(band), part])));
    at += part.length;
  } while (at < bytes.length);
  return Buffer.concat(packets);
}
