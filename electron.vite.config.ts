import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

// Three bundles: main (ESM), preload (one CommonJS file, because a sandboxed preload can be nothing else), renderer.
export default defineConfig({
  main: {
    define: {
      // The slot for whoever ships Tidings with an app registration of their own.
      BUILT_IN_CLIENT_ID: JSON.stringify(process.env.TIDINGS_BUILD_CLIENT_ID ?? ''),
      // Set by the release job alone, when it signs: see docs/release.md.
      BUILT_FOR_UPDATES: JSON.stringify(process.env.TIDINGS_BUILD_UPDATES === 'signed'),
    },
    build: {
      outDir: 'out/main',
      // What stays outside is listed in electron-builder.yml: the keyring with its native file, which the app must survive
      // without.
      externalizeDeps: { exclude: ['zod', '@azure/msal-node', 'electron-updater', 'localtunnel'] },
      rolldownOptions: {
        input: {
          'start-electron': 'main/start-electron.ts',
          // The fallback without Electron: what both share goes into a file of its own, and none of it imports Electron.
          'start-browser': 'main/start-browser.ts',
          'localtunnel-worker': 'main/webhook/localtunnel-worker.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rolldownOptions: {
        input: { index: 'preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react()],
    build: { outDir: 'out/renderer', minify: true, rolldownOptions: { input: 'renderer/index.html' } },
  },
});
