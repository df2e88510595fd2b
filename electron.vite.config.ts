import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

// Three bundles: main (ESM), preload (one CommonJS file, because a sandboxed preload can be nothing else), renderer.
export default defineConfig({
  main: {
    // The slot for whoever ships Tidings with an app registration of their own.
    define: { BUILT_IN_CLIENT_ID: JSON.stringify(process.env.TIDINGS_BUILD_CLIENT_ID ?? '') },
    build: {
      outDir: 'out/main',
      externalizeDeps: { exclude: ['zod'] },
      rolldownOptions: {
        input: {
          'start-electron': 'main/start-electron.ts',
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
