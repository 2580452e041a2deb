import { join } from 'node:path';
import { build } from 'esbuild';

/** One runnable file of a TypeScript entry and everything it imports, for a test that needs a process of its own. */
export async function bundleChild(entry: string, dir: string): Promise<string> {
  const outfile = join(dir, 'child.mjs');
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    conditions: ['@holdshort/source'],
    logLevel: 'error',
    // Packages in CommonJS ask for node's modules by require.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return outfile;
}
