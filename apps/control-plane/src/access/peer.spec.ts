import type { PeerCertificate } from 'node:tls';
import { peerOf, readPeer } from './peer.js';

const named = (subjectaltname: string): PeerCertificate => ({ subjectaltname }) as PeerCertificate;

describe('readPeer', () => {
  it('reads agents and join tokens of this tenant', () => {
    expect(readPeer(named('URI:spiffe://holdshort/default/agent/agt_1'), 'default')).toEqual({
      kind: 'agent',
      id: 'agt_1',
    });
    expect(readPeer(named('URI:spiffe://holdshort/default/join/jt_1'), 'default')).toEqual({
      kind: 'join',
      id: 'jt_1',
    });
  });

  it.each([
    ['no certificate', undefined],
    ['no name', named('')],
    ['another tenant', named('URI:spiffe://holdshort/other/agent/agt_1')],
    ['a service', named('URI:spiffe://holdshort/default/service/control-plane')],
    ['two names', named('URI:spiffe://holdshort/default/agent/agt_1, DNS:x')],
    ['two names, the other way round', named('DNS:x, URI:spiffe://holdshort/default/agent/agt_1')],
    ['a DNS name that looks like one', named('DNS:URI:spiffe://holdshort/default/agent/agt_1')],
    ['a longer path', named('URI:spiffe://holdshort/default/agent/agt_1/x')],
    ['another trust domain', named('URI:spiffe://evil/default/agent/agt_1')],
  ])('reads nothing from %s', (_, certificate) => {
    expect(readPeer(certificate, 'default')).toBeUndefined();
  });

  it('knows no peer of a call that the guard has not seen', () => {
    expect(() => peerOf({})).toThrow('The call carries no identity.');
  });
});
