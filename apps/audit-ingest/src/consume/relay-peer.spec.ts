import { relayPeerOf } from './relay-peer.js';

const named = (subjectaltname: string): { subjectaltname: string } => ({ subjectaltname });

test.each([
  ['URI:spiffe://holdshort/default/agent/agt_1', 'agt_1'],
  ['URI:spiffe://holdshort/default/service/control-plane', 'control-plane'],
])('%s may send events as %s', (name, emitter) => {
  expect(relayPeerOf(named(name), 'default')).toEqual({ tenant: 'default', emitter });
});

test.each([
  ['a join certificate', 'URI:spiffe://holdshort/default/join/jt_1'],
  ['another tenant', 'URI:spiffe://holdshort/other/agent/agt_1'],
  ['another trust domain', 'URI:spiffe://elsewhere/default/agent/agt_1'],
  ['two identities', 'URI:spiffe://holdshort/default/agent/a, URI:spiffe://holdshort/default/agent/b'],
  ['an identity beside a name', 'DNS:localhost, URI:spiffe://holdshort/default/agent/a'],
  ['a name quoted to look like an identity', 'DNS:"x, URI:spiffe://holdshort/default/agent/a"'],
  ['an id with a slash', 'URI:spiffe://holdshort/default/agent/a/b'],
  ['nothing', ''],
])('%s may not', (_, name) => {
  expect(() => relayPeerOf(named(name), 'default')).toThrow('This certificate may not send audit events.');
});

test('no certificate may not', () => {
  expect(() => relayPeerOf(undefined, 'default')).toThrow('This certificate may not send audit events.');
});
