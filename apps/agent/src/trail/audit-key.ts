import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { keyProofText, SigningKey } from '@holdshort/audit-events';

/** Certifies a key for this agent. @throws HoldshortError `control_plane_unreachable`, or why it is refused */
export type Certify = (publicKey: string, proof: string) => Promise<string>;

export interface AuditKeyOwner {
  stateDir: string;
  agentId: string;
  tenant: string;
}

interface KeyFile {
  agent_id: string;
  /** PKCS#8, PEM. */
  key: string;
  /** As the control plane gave it. */
  certificate: string;
}

const FILE = 'audit-key.json';
/** A key that is on its way to be certified: after a crash it is certified again, so that none is lost half-way. */
const NEXT = 'audit-key.next.json';

async function readKeyFile(file: string, agentId: string): Promise<Partial<KeyFile> | undefined> {
  try {
    const stored = JSON.parse(await readFile(file, 'utf8')) as Partial<KeyFile>;
    return stored.agent_id === agentId ? stored : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function writeKeyFile(file: string, content: Partial<KeyFile>): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** The key that the control plane has certified for this agent; undefined where there is none yet. */
export async function openAuditKey({ stateDir, agentId }: AuditKeyOwner): Promise<SigningKey | undefined> {
  const isUnderWay = await readKeyFile(path.join(stateDir, NEXT), agentId);
  if (isUnderWay) return undefined;
  const stored = await readKeyFile(path.join(stateDir, FILE), agentId);
  return stored?.key === undefined || stored.certificate === undefined ? undefined : SigningKey.fromPem(stored.key);
}

/** A new key, certified, and on disk (mode 600) before it is used; the one before it counts no longer. */
export async function renewAuditKey(owner: AuditKeyOwner, certify: Certify): Promise<SigningKey> {
  const { stateDir, agentId, tenant } = owner;
  const next = path.join(stateDir, NEXT);
  const underWay = (await readKeyFile(next, agentId))?.key;
  const key = underWay === undefined ? SigningKey.generate() : SigningKey.fromPem(underWay);
  if (underWay === undefined) await writeKeyFile(next, { agent_id: agentId, key: key.toPem() });
  const certificate = await certify(key.x, await key.sign(keyProofText(tenant, agentId, key.x)));
  await writeKeyFile(path.join(stateDir, FILE), { agent_id: agentId, key: key.toPem(), certificate });
  await rm(next);
  return key;
}
