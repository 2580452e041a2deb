import { hostname, userInfo } from 'node:os';
import { Client } from 'pg';
import { newId, randomBase62, sha256Hex } from '../../random-id.js';

const LIFE_MS = 15 * 60_000;

/**
 * Makes a one-time administrator password. Whoever may do this has the database's credentials, on a host that has them;
 * a running control plane records it within seconds.
 * @returns the password, shown once: 40 letters and digits are more than anybody can try
 */
export async function createPassword(
  databaseUrl: string,
  reason: string,
): Promise<{ id: string; password: string; expiresAt: Date }> {
  const [id, password] = [newId('bg'), `hsb_${randomBase62(40)}`];
  const now = new Date();
  const expiresAt = new Date(now.getTime() + LIFE_MS);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO holdshort.break_glass_passwords (id, password_sha256, reason, created_by, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [id, sha256Hex(password), reason, `${userInfo().username}@${hostname()}`, now, expiresAt],
    );
  } finally {
    await client.end();
  }
  return { id, password, expiresAt };
}
