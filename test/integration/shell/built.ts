import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import config from '../../../electron.vite.config.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** Builds the preload as electron-vite does: same entry, same output options. */
export async function buildPreload(outDir: string): Promise<void> {
  const options = 'preload' in config ? config.preload?.build?.rolldownOptions : undefined;
  await build({
    configFile: false,
    logLevel: 'error',
    root,
    build: { ssr: true, outDir, emptyOutDir: true, rolldownOptions: { ...options, external: ['electron'] } },
  });
}

/** Builds the page as it ships: under a test runner React would take its development half. */
export async function buildRenderer(outDir: string): Promise<void> {
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    await build({
      configFile: false,
      logLevel: 'error',
      root: join(root, 'renderer'),
      plugins: [react()],
      build: { outDir, emptyOutDir: true },
    });
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}
