import { Capabilities, CAPABILITY_SECONDS, type Capability } from './capabilities.js';

const capability = (sessionId: string): Capability => ({
  sessionId,
  method: 'GET',
  target: new URL('https://objects.githubusercontent.com/x?signature=1'),
  headers: {},
  operation: { surface: 'download', id: 'download/redirected', intents: [] },
});

describe('capabilities', () => {
  it('are found by their own session, until they are over', () => {
    let now = 1_000;
    const all = new Capabilities(() => now);
    const id = all.issue(capability('ses_a'));
    expect(id).toMatch(/^[\w-]{43}$/);
    expect(all.find(id, 'ses_a')?.target.search).toBe('?signature=1');
    expect(all.find(id, 'ses_b')).toBeUndefined();
    expect(all.find(`${id}x`, 'ses_a')).toBeUndefined();
    expect(all.find('__proto__', 'ses_a')).toBeUndefined();
    now += CAPABILITY_SECONDS * 1000 - 1;
    expect(all.find(id, 'ses_a')).toBeDefined();
    now += 1;
    expect(all.find(id, 'ses_a')).toBeUndefined();
  });

  it('that are over are forgotten, and so are the oldest of too many', () => {
    let now = 0;
    const all = new Capabilities(() => now);
    const first = all.issue(capability('ses_a'));
    now += CAPABILITY_SECONDS * 1000;
    const second = all.issue(capability('ses_a'));
    expect([all.size, all.find(first, 'ses_a')]).toEqual([1, undefined]);
    for (let count = 0; count < 10_000; count += 1) all.issue(capability('ses_a'));
    expect([all.size, all.find(second, 'ses_a')]).toEqual([10_000, undefined]);
  });

  it('of a refused upload say so to the next batch of their session, for half a minute', () => {
    let now = 1_000;
    const all = new Capabilities(() => now);
    const upload = { ...capability('ses_a'), method: 'PUT' as const, object: { oid: 'a'.repeat(64), size: 3 } };
    all.refuse(upload, 'The change contains a secret.');
    expect(all.refusalOf('ses_a', 'a'.repeat(64))).toBe('The change contains a secret.');
    expect(all.refusalOf('ses_b', 'a'.repeat(64))).toBeUndefined();
    expect(all.refusalOf('ses_a', 'b'.repeat(64))).toBeUndefined();
    now += 29_999;
    all.refuse(upload, 'Refused again.');
    now += 29_999;
    expect(all.refusalOf('ses_a', 'a'.repeat(64))).toBe('Refused again.');
    now += 1;
    expect(all.refusalOf('ses_a', 'a'.repeat(64))).toBeUndefined();
  });

  it('that stand for no object are refused without a word to any batch', () => {
    const all = new Capabilities(() => 0);
    all.refuse(capability('ses_a'), 'No.');
    expect(all.refusalOf('ses_a', 'undefined')).toBeUndefined();
    expect(all.refusalOf('ses_a', '')).toBeUndefined();
  });
});
