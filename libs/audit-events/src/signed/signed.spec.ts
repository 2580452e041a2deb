import { createHash } from 'node:crypto';
import { checkpointOf, signedTrail } from '../testing/signed-trail.js';
import {
  anchorRoot,
  isInTree,
  isSignedBy,
  keyIdOf,
  makeAnchor,
  merkleProof,
  merkleRoot,
  parseCheckpoint,
  readAnchor,
  SigningKey,
  type AnchorLeaf,
} from '../index.js';

test('the key id is the thumbprint of RFC 8037, appendix A.3', () => {
  expect(keyIdOf('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo')).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
});

test('a key comes back from its PEM, and signs as RFC 8032 says', async () => {
  const key = SigningKey.generate();
  const again = SigningKey.fromPem(key.toPem());
  expect(again.kid).toBe(key.kid);
  expect(await again.sign('text')).toBe(await key.sign('text'));
  expect(JSON.stringify(key)).not.toContain(key.toPem().split('\n')[1]);
  expect(() => SigningKey.fromPem('no key')).toThrow();
});

test('a checkpoint from outside is read whole or not at all', async () => {
  const { events, key, checkpoints } = await signedTrail(3);
  const good = { ...checkpoints[0] };
  expect(parseCheckpoint(Buffer.from(JSON.stringify(good)))).toEqual({ checkpoint: good });
  const cases: [object, string][] = [
    [{ ...good, seq: 4 }, 'links'],
    [{ ...good, from: 4 }, 'links'],
    [{ ...good, links: 'AAAA' }, 'links'],
    [{ ...good, hash: 'x' }, 'hash'],
    [{ ...good, chain_id: 'a\nb' }, 'chain_id'],
    [{ ...good, sig: '' }, 'sig'],
    [{ ...good, typ: 'head' }, 'typ'],
    [{ ...good, more: 1 }, 'more'],
  ];
  for (const [value, field] of cases)
    expect(parseCheckpoint(Buffer.from(JSON.stringify(value)))).toEqual({ problem: `not a checkpoint: ${field}` });
  expect(parseCheckpoint(Buffer.from([0xff]))).toEqual({ problem: 'not JSON in UTF-8' });
  const bare = await checkpointOf(events, key, { links: undefined });
  expect(parseCheckpoint(Buffer.from(JSON.stringify(bare)))).toHaveProperty('checkpoint');
});

describe('the Merkle tree of RFC 6962', () => {
  // The test vectors of Google's certificate-transparency library, merkletree/merkle_tree_test.cc.
  const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const ROOTS: [number, string][] = [
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ];
  const texts = LEAVES.map((hex) => Buffer.from(hex, 'hex').toString('latin1'));

  test('gives the published roots', () => {
    expect(merkleRoot([])).toBe(createHash('sha256').digest('hex'));
    for (const [size, root] of ROOTS) expect(merkleRoot(texts.slice(0, size))).toBe(root);
  });

  test('proves each leaf of trees of all sizes, and no other', () => {
    const leaves = Array.from({ length: 33 }, (_, n) => `leaf ${n}`);
    for (let size = 1; size <= leaves.length; size += 1) {
      const some = leaves.slice(0, size);
      const root = merkleRoot(some);
      for (let index = 0; index < size; index += 1) {
        const proof = merkleProof(some, index);
        expect(isInTree(some[index] ?? '', proof, { index, size, root })).toBe(true);
        expect(isInTree('other', proof, { index, size, root })).toBe(false);
        if (size > 1) expect(isInTree(some[index] ?? '', proof, { index: (index + 1) % size, size, root })).toBe(false);
      }
    }
  });
});

test('an anchor commits to its leaves and names the one before', async () => {
  const key = SigningKey.generate();
  const leaves: AnchorLeaf[] = [
    ['a', 1, '0'.repeat(64)],
    ['b', 7, '1'.repeat(64)],
  ];
  const facts = { tenant: 't', hour: '2026-01-31T07', time: '2026-01-31T08:00:01.000Z', prev: 'f'.repeat(64), leaves };
  const anchor = await makeAnchor(facts, key);
  expect(readAnchor(JSON.parse(JSON.stringify({ anchor, leaves })))).toEqual({ anchor, leaves });
  expect(isSignedBy(key.x, anchor)).toBe(true);
  expect(isSignedBy(key.x, { ...anchor, size: 3 } as typeof anchor)).toBe(false);
  expect(anchorRoot([...leaves].reverse())).not.toBe(anchor.root);
  expect(readAnchor({ anchor, leaves: [['a', 0, 'x']] })).toBeUndefined();
});
