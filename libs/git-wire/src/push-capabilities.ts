import { malformed } from './git-protocol-error.js';
import type { SidebandMode } from './sideband.js';

export interface PushCapabilities {
  all: Map<string, string | true>;
  objectFormat: 'sha1' | 'sha256';
  atomic: boolean;
  sideband: SidebandMode;
  reportStatus: 'none' | 'v1' | 'v2';
}

/**
 * The capability list of the first command (gitprotocol-capabilities).
 * @throws GitProtocolError when one is named twice with two values, or the object format is unknown
 */
export function parseCapabilities(text: string): PushCapabilities {
  const all = new Map<string, string | true>();
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    const value = equals < 0 ? true : word.slice(equals + 1);
    if (all.has(name) && all.get(name) !== value) throw malformed('it names a capability with two values');
    all.set(name, value);
  }
  return {
    all,
    objectFormat: objectFormat(all),
    atomic: all.has('atomic'),
    sideband: sideband(all),
    reportStatus: report(all),
  };
}

function objectFormat(all: Map<string, string | true>): 'sha1' | 'sha256' {
  const format = all.get('object-format') ?? 'sha1';
  if (format !== 'sha1' && format !== 'sha256') throw malformed('its object format is neither sha1 nor sha256');
  return format;
}

function sideband(all: Map<string, string | true>): SidebandMode {
  if (all.has('side-band-64k')) return 'side-band-64k';
  return all.has('side-band') ? 'side-band' : 'none';
}

function report(all: Map<string, string | true>): 'none' | 'v1' | 'v2' {
  if (all.has('report-status-v2')) return 'v2';
  return all.has('report-status') ? 'v1' : 'none';
}
