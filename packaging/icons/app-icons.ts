/**
 * Draws the application's icon for the packages of all systems from `tidings.svg`. Run it after changing the drawing:
 *
 *     node packaging/icons/app-icons.ts
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from '../../test/tools/chromium.ts';
import { type Drawing, icnsSizes, toIcns, toIco } from './containers.ts';

const here = import.meta.dirname;
const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512];
const windowsSizes = [16, 20, 24, 32, 40, 48, 64, 256];
const source = readFileSync(join(here, 'tidings.svg'), 'utf8');

const { browser } = await launchChromium();
const drawings = new Map<number, Drawing>();
try {
  const page = await browser.newPage();
  for (const size of new Set([...linuxSizes, ...windowsSizes, ...icnsSizes])) {
    await page.setViewportSize({ width: size, height: size });
    const svg = source.replace('<svg ', `<svg width="${size}" height="${size}" `);
    await page.setContent(`<style>*{margin:0}svg{display:block}</style>${svg}`);
    const clip = { x: 0, y: 0, width: size, height: size };
    drawings.set(size, { size, png: await page.screenshot({ omitBackground: true, clip }) });
  }
} finally {
  await browser.close();
}

const of = (sizes: readonly number[]): Drawing[] => sizes.flatMap((size) => drawings.get(size) ?? []);
for (const folder of ['linux', 'windows', 'mac']) mkdirSync(join(here, folder), { recursive: true });
for (const { size, png } of of(linuxSizes)) writeFileSync(join(here, 'linux', `${size}x${size}.png`), png);
writeFileSync(join(here, 'windows', 'tidings.ico'), toIco(of(windowsSizes)));
writeFileSync(join(here, 'mac', 'tidings.icns'), toIcns(of(icnsSizes)));
