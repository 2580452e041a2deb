// TypeScript of the repository for tools: bundled on the fly, libs from their sources, packages from node_modules.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = path.resolve(import.meta.dirname, '..');

/** Marks a question of the plugin's own. */
const RESOLVING = {};

/**
 * Bundles `entry`, gives `use` the file and removes it. It lies in node_modules, so that packages are found;
 * `import.meta.url` of each source says where that source is.
 */
export async function bundled(entry, use) {
  const dir = mkdtempSync(path.join(ROOT, 'node_modules', '.holdshort-bundle-'));
  const outfile = path.join(dir, 'bundle.mjs');
  try {
    await build({
      entryPoints: [path.resolve(ROOT, entry)],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      conditions: ['@holdshort/source'],
      logLevel: 'error',
      plugins: [
        {
          name: 'packages-stay-outside',
          setup({ onResolve, onLoad, resolve }) {
            onLoad({ filter: /\.ts$/ }, ({ path: file }) => ({
              loader: 'ts',
              contents: readFileSync(file, 'utf8').replaceAll(
                'import.meta.url',
                JSON.stringify(pathToFileURL(file).href),
              ),
            }));
            onResolve({ filter: /^[^./]/ }, async ({ path: name, kind, resolveDir, pluginData }) => {
              if (kind === 'entry-point' || name.startsWith('@holdshort/') || pluginData === RESOLVING)
                return undefined;
              const { path: file } = await resolve(name, { kind, resolveDir, pluginData: RESOLVING });
              // another version than the bundle would find from where it lies
              const isOwn = /[/\\](apps|libs)[/\\][^/\\]+[/\\]node_modules[/\\]/.test(file);
              return { path: isOwn ? pathToFileURL(file).href : name, external: true };
            });
          },
        },
      ],
    });
    return await use(outfile);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
