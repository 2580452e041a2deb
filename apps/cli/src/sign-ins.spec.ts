import { mkdtempSync, existsSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignIns } from './sign-ins.js';

const LATER = '2999-01-01T00:00:00Z';
const human = { login: 'alice' };

describe('kept sign-ins', () => {
  let home: string;
  beforeEach(() => {
    home = join(mkdtempSync(join(tmpdir(), 'holdshort-home-')), 'home');
  });
  afterEach(() => {
    rmSync(join(home, '..'), { recursive: true, force: true });
  });

  it('keeps one per control plane, for nobody else to read', () => {
    const signIns = new SignIns(home);
    signIns.set('http://a', { token: 'hst_a', expires_at: LATER, human });
    signIns.set('http://b', { token: 'hst_b', expires_at: LATER, human });
    expect([signIns.get('http://a')?.token, signIns.get('http://b')?.token]).toEqual(['hst_a', 'hst_b']);
    expect([statSync(home).mode & 0o777, statSync(join(home, 'sign-ins.json')).mode & 0o777]).toEqual([0o700, 0o600]);
    signIns.remove('http://a');
    expect([signIns.get('http://a'), signIns.get('http://b')?.token]).toEqual([undefined, 'hst_b']);
    signIns.remove('http://b');
    expect(existsSync(join(home, 'sign-ins.json'))).toBe(false);
  });

  it('takes an expired one for none', () => {
    const signIns = new SignIns(home);
    signIns.set('http://a', { token: 'hst_a', expires_at: '2001-01-01T00:00:00Z', human });
    expect(signIns.get('http://a')).toBeUndefined();
  });
});
