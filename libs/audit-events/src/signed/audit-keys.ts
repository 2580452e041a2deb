import { is, isKid, isName, isObject, isSignature, isTime, misfit, type Rule } from './shape.js';
import { isSignedBy, keyIdOf, type Signed } from './sign.js';

/** The owner of the key that certifies all others and countersigns heads. */
export const ROOT_OWNER = 'control-plane';

/** The control plane says: this key signs for this emitter from then on. Its own key it certifies itself. */
export interface KeyCertificate extends Signed {
  typ: 'key';
  v: 1;
  tenant: string;
  /** Whose key: an agent id, or `control-plane`. */
  owner: string;
  /** The certified key: thumbprint and public key (RFC 8037), base64url. */
  key: string;
  x: string;
  valid_from: string;
}

/** The control plane says: what this key signed from then on does not count. */
export interface KeyEnd extends Signed {
  typ: 'key_end';
  v: 1;
  tenant: string;
  key: string;
  /** `replaced`: by the owner's next key, at renewal. `revoked`: with the owner. */
  reason: 'replaced' | 'revoked';
  from: string;
}

const SIGNED = { v: is(1), tenant: isName, key: isKid, kid: isKid, sig: isSignature };
const KEY_RULES: Readonly<Record<string, Rule>> = {
  ...SIGNED,
  typ: is('key'),
  owner: isName,
  x: isKid,
  valid_from: isTime,
};
const END_RULES: Readonly<Record<string, Rule>> = {
  ...SIGNED,
  typ: is('key_end'),
  reason: (value) => value === 'replaced' || value === 'revoked',
  from: isTime,
};

/**
 * How far apart the clocks of emitter and control plane may be: as far as the store takes a time at all. Whoever has a key
 * chooses the times that it signs, so a narrower bound would stop nobody, but call the trail of a workspace whose clock
 * jumped false. A revoked key is another matter: it ends at once.
 */
const SKEW_MS = 2 * 86_400_000;

/** The keys of one installation, as the control plane has certified them. */
export class AuditKeys {
  private readonly keys = new Map<string, KeyCertificate>();
  private readonly ends = new Map<string, KeyEnd>();
  private readonly owners = new Map<string, number>();

  private constructor(readonly root: string) {}

  /**
   * @param statements certificates and ends, in any order
   * @param root thumbprint of the control plane's key, where the caller knows it: then no other is taken
   * @throws Error naming the statement that does not hold; a list with a false entry is worth nothing as a whole
   */
  static read(statements: readonly unknown[], root?: string): AuditKeys {
    const certificates = statements.filter(isCertificate);
    const own = certificates.find(
      ({ owner, key, kid }) => owner === ROOT_OWNER && key === kid && (root ?? key) === key,
    );
    if (!own)
      throw new Error(root === undefined ? 'no key of the control plane is there' : `the key ${root} is not there`);
    const keys = new AuditKeys(own.key);
    for (const statement of statements) keys.add(statement, own.x);
    return keys;
  }

  /** Public key of the control plane, base64url. */
  get rootKey(): string {
    return this.keys.get(this.root)?.x ?? '';
  }

  /** Since when the emitter has had a key, in milliseconds; undefined where it never had one. */
  firstKeyOf(owner: string): number | undefined {
    return this.owners.get(owner);
  }

  /** Why the statement is not one of this owner at this time; undefined where it is. @param time RFC 3339 */
  objection(statement: Signed, owner: string, time: string): string | undefined {
    return this.keyObjection(statement.kid, owner, time, (x) => isSignedBy(x, statement));
  }

  /** The same for a signature of another form. @param isSigned whether it is one of this public key, base64url */
  keyObjection(kid: string, owner: string, time: string, isSigned: (x: string) => boolean): string | undefined {
    const certificate = this.keys.get(kid);
    if (!certificate) return `it is signed by the key ${kid}, which nobody certified`;
    if (certificate.owner !== owner) return `it is signed by a key of ${certificate.owner}`;
    if (!isSigned(certificate.x)) return `its signature is not one of the key ${kid}`;
    const at = Date.parse(time);
    if (at < Date.parse(certificate.valid_from) - SKEW_MS) return `its key counts from ${certificate.valid_from} only`;
    const end = this.ends.get(kid);
    if (!end) return undefined;
    const last = Date.parse(end.from) + (end.reason === 'revoked' ? 0 : SKEW_MS);
    return at > last ? `its key was ${end.reason} at ${end.from}` : undefined;
  }

  private add(statement: unknown, rootKey: string): void {
    if (!isCertificate(statement) && !isEnd(statement)) throw new Error('an entry is neither a key nor the end of one');
    if (statement.kid !== this.root || !isSignedBy(rootKey, statement))
      throw new Error(`the control plane did not sign what is said of the key ${statement.key}`);
    if (statement.typ === 'key_end') this.addEnd(statement);
    else this.addKey(statement);
  }

  private addKey(certificate: KeyCertificate): void {
    if (keyIdOf(certificate.x) !== certificate.key)
      throw new Error(`${certificate.key} is not the thumbprint of its key`);
    this.keys.set(certificate.key, certificate);
    const since = Date.parse(certificate.valid_from);
    this.owners.set(certificate.owner, Math.min(since, this.owners.get(certificate.owner) ?? since));
  }

  /** A key that was replaced may be revoked later as well; the stricter word counts. */
  private addEnd(end: KeyEnd): void {
    const known = this.ends.get(end.key);
    if (known?.reason !== 'revoked' || end.reason === 'revoked') this.ends.set(end.key, end);
  }
}

const isCertificate = (value: unknown): value is KeyCertificate =>
  isObject(value) && misfit(value, KEY_RULES) === undefined;

const isEnd = (value: unknown): value is KeyEnd => isObject(value) && misfit(value, END_RULES) === undefined;
