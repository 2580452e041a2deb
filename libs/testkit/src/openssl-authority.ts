import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeOrSkip } from './describe-or-skip.js';

/** For `openssl ts` and `openssl x509`: their formats are those of openssl's manual (ts(1), x509v3_config(5)). */
const CONFIG = `
[tsa]
default_tsa = service
[service]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha1
ess_cert_id_alg = sha256
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[stamps]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[mails]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, emailProtection
`;

const isThere = (): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** As `describe`, where `openssl` is there; else it says that these tests are skipped. */
export const describeWithOpenssl = (title: string, body: () => void): void =>
  describeOrSkip(title, isThere() ? undefined : 'openssl is not installed', body);

/** A time-stamp authority (RFC 3161) that is not ours: a root and a service of openssl, in a folder of its own. */
export class OpensslAuthority {
  private readonly dir = mkdtempSync(join(tmpdir(), 'hs-tsa-'));

  constructor() {
    writeFileSync(join(this.dir, 'config'), CONFIG);
    writeFileSync(join(this.dir, 'serial'), '01');
    this.openssl(
      'req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 2 -extensions root',
      '/CN=Root',
    );
    this.certify('stamps');
    // before anything that it signs: a certificate counts as of the time that is signed
    this.certify('mails', 'mail');
  }

  /** PEM. */
  get root(): string {
    return readFileSync(join(this.dir, 'root.pem'), 'utf8');
  }

  /** DER of a TimeStampResp to the DER of a TimeStampReq. */
  answer(request: Buffer): Buffer {
    writeFileSync(join(this.dir, 'request'), request);
    this.openssl('ts -reply -queryfile request -inkey service.key -signer service.pem -out answer');
    return readFileSync(join(this.dir, 'answer'));
  }

  /** DER of the token alone, over the SHA-256 of a text; asked for by openssl as well. */
  stamp(text: string, digest: 'sha1' | 'sha256' = 'sha256'): Buffer {
    writeFileSync(join(this.dir, 'text'), text);
    this.openssl(`ts -query -data text -${digest} -cert -out request`);
    this.openssl('ts -reply -queryfile request -inkey service.key -signer service.pem -token_out -out token');
    return readFileSync(join(this.dir, 'token'));
  }

  /** openssl's own judgement of a token. @throws Error where it does not hold */
  verify(token: Buffer, text: string): void {
    writeFileSync(join(this.dir, 'token'), token);
    writeFileSync(join(this.dir, 'text'), text);
    this.openssl('ts -verify -in token -token_in -data text -CAfile root.pem');
  }

  /** A signed message of the same root, of somebody who is certified for mail; openssl's `ts` refuses to sign so. */
  signedMessage(content: Buffer): Buffer {
    writeFileSync(join(this.dir, 'content'), content);
    this.openssl(
      'cms -sign -binary -nodetach -in content -inkey mail.key -signer mail.pem -outform DER -out message -md sha256 ' +
        '-econtent_type 1.2.840.113549.1.9.16.1.4',
    );
    return readFileSync(join(this.dir, 'message'));
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  private certify(use: 'stamps' | 'mails', name = 'service'): void {
    this.openssl(`req -newkey rsa:2048 -nodes -keyout ${name}.key -out ${name}.csr`, `/CN=${name}`);
    this.openssl(
      `x509 -req -in ${name}.csr -CA root.pem -CAkey root.key -CAcreateserial -days 1 -extfile config -extensions ${use} -out ${name}.pem`,
    );
  }

  /** Its own configuration wherever the command takes one. */
  private openssl(command: string, subject?: string): void {
    const [name = '', ...rest] = command.split(' ');
    const config = name === 'req' || (name === 'ts' && rest[0] === '-reply') ? ['-config', 'config'] : [];
    execFileSync('openssl', [name, ...rest, ...config, ...(subject === undefined ? [] : ['-subj', subject])], {
      cwd: this.dir,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }
}
