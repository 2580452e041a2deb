import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldshortError } from '@holdshort/errors';
import type { StarterName, StarterNames } from '@holdshort/policy';
import { SCHEMA_VERSION } from './policy-manifest.js';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/**
 * Writes a starter set as a policy folder. @returns the files, relative to the folder
 * @throws HoldshortError `conflict` where a policy is there already
 */
export async function writeStarter(dir: string, name: StarterName, names: Partial<StarterNames>): Promise<string[]> {
  const { starterSet, versionOf } = await import('@holdshort/policy');
  if (existsSync(join(dir, 'policy.json'))) throw new HoldshortError('conflict', `${dir} holds a policy already.`);
  const { access, obligations, cases, observe } = starterSet(name, names);
  const starter = { name, version: versionOf(starterSet(name, names)), names };
  const files: Record<string, string> = {
    'policy.json': json({
      schema_version: SCHEMA_VERSION,
      name,
      zone: 'UTC',
      ...(observe ? { observe } : {}),
      starter,
    }),
    'access/main.cedar': access,
    'obligations/main.cedar': obligations,
    'cases/main.json': json(cases ?? []),
  };
  for (const folder of ['access', 'obligations', 'cases']) mkdirSync(join(dir, folder), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, file), text);
  return Object.keys(files);
}
