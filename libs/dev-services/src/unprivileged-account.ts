import { chownSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

export interface Account {
  uid: number;
  gid: number;
}

/** `nobody` on Debian, Fedora and Alpine. PostgreSQL refuses to run as root, and any other uid will do. */
const NOBODY: Account = { uid: 65534, gid: 65534 };

/** The account that a server must drop to: undefined unless we are root. */
export function accountToDropTo(): Account | undefined {
  return process.getuid?.() === 0 ? NOBODY : undefined;
}

const searchBit = (owner: { uid: number; gid: number }, account: Account): number => {
  if (owner.uid === account.uid) return 0o100;
  return owner.gid === account.gid ? 0o010 : 0o001;
};

/** Whether every existing directory on the way to `path` lets `account` pass (mode bits only, no ACLs). */
export function isReachableBy(path: string, account: Account): boolean {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    const facts = statSync(folder, { throwIfNoEntry: false });
    if (facts !== undefined && (facts.mode & searchBit(facts, account)) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

export function giveTo(path: string, account: Account | undefined): void {
  if (account) chownSync(path, account.uid, account.gid);
}
