import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: { conditions: ['@holdshort/source', 'module', 'browser', 'production', 'import', 'default'] },
  // the control plane puts the nonce of each answer in its place, see apps/control-plane/src/console
  html: { cspNonce: '__HOLDSHORT_NONCE__' },
  build: {
    target: 'es2023',
    // light-dark() goes out as it is: its replacement knows nothing of a scheme that people choose
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    outDir: 'dist',
    emptyOutDir: true,
    // nothing inline: the policy of the page lets no data: address through
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // the test of the first load reads from it what belongs to it
    manifest: 'manifest.json',
    reportCompressedSize: false,
  },
  server: { port: 7430, proxy: { '/api': 'http://127.0.0.1:7400' } },
});
