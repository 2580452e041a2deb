import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { HoldshortError } from '@holdshort/errors';
import type { AppSigner } from './app-signer.js';

/** Off the event loop: a signature takes about a millisecond. */
const signWith = promisify<string, Buffer, KeyObject, Buffer>(sign);

/** With the key file that GitHub made for the App. */
export class PemAppSigner implements AppSigner {
  private readonly key: KeyObject;

  /** @param setting names the file for the reader @throws HoldshortError `request_malformed` for what is no RSA key */
  constructor(pem: string, setting: string) {
    this.key = readKey(pem, setting);
  }

  sign(data: Buffer): Promise<Buffer> {
    return signWith('sha256', data, this.key);
  }
}

function readKey(pem: string, setting: string): KeyObject {
  const refuse = (): never => {
    // the cause of a failed parse may hold parts of the file
    throw new HoldshortError('request_malformed', `${setting} must be a PEM file with the RSA key of the GitHub App.`, {
      advice: "Make one in the App's settings at GitHub, under Private keys.",
    });
  };
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : refuse();
  } catch {
    return refuse();
  }
}
