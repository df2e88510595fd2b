/**
 * Draws the tray icons (one SVG per health state) as PNG in every size and colouring the desktops ask for, writes them
 * as a module that the main bundle carries, and draws the application's icon. Run it after changing a drawing:
 *
 *     node packaging/icons/render.ts            (add `--sheet FILE.png` for a picture of all of them)
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { launchChromium } from '../../test/tools/chromium.ts';

const here = import.meta.dirname;
const generated = join(here, '..', '..', 'main', 'shell', 'electron', 'tray-icons.generated.ts');

interface Colours {
  readonly body: string;
  readonly outline: string | null;
  /** Per state; those not named have the body's colour. */
  readonly badge: Readonly<Record<string, string>>;
}
/** Colour only repeats what the shape says. */
const badges = (amber: string, red: string, blue: string): Readonly<Record<string, string>> => ({
  signInRequired: amber,
  configurationError: red,
  blocked: red,
  offline: red,
  toastsBlocked: red,
  delayed: amber,
  catchingUp: blue,
  notSetUp: blue,
});
const variants: Readonly<Record<string, Colours & { readonly sizes: readonly number[] }>> = {
  // macOS colours these itself: only the alpha counts.
  template: { body: '#000', outline: null, badge: {}, sizes: [16, 32] },
  onDark: { body: '#fff', outline: null, badge: badges('#ffc83d', '#ff7b72', '#79c0ff'), sizes: [16, 32] },
  onLight: { body: '#24292f', outline: null, badge: badges('#9a6700', '#cf222e', '#0969da'), sizes: [16, 32] },
  // Linux: the panel's colour is unknown, so light shapes bring a dark edge of their own.
  outlined: { body: '#fff', outline: '#1b1f24', badge: badges('#ffc83d', '#ff7b72', '#79c0ff'), sizes: [22, 44] },
};

const camel = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
const drawings = readdirSync(join(here, 'tray'))
  .filter((name) => name.endsWith('.svg'))
  .map((name) => ({ state: camel(name.slice(0, -4)), svg: readFileSync(join(here, 'tray', name), 'utf8') }));

/** The drawing in one colouring. Ids are made unique, because many drawings share a page. */
function coloured(state: string, svg: string, colours: Colours, size: number, key: string): string {
  const badge = colours.badge[state] ?? colours.body;
  const edge = colours.outline;
  const filter =
    edge === null
      ? ''
      : `<filter id="edge${key}" filterUnits="userSpaceOnUse" x="0" y="0" width="22" height="22">
           <feMorphology in="SourceAlpha" operator="dilate" radius="0.9"/><feComponentTransfer result="fat"><feFuncA type="linear" slope="1.6"/></feComponentTransfer>
           <feFlood flood-color="${edge}"/><feComposite in2="fat" operator="in" result="rim"/>
           <feMerge><feMergeNode in="rim"/><feMergeNode in="SourceGraphic"/></feMerge></filter>`;
  const inner = svg
    .replace(/^[\s\S]*?<svg[^>]*>/, '')
    .replace('</svg>', '')
    .replaceAll('id="', `id="${key}`)
    .replaceAll('url(#', `url(#${key}`)
    .replaceAll('class="body"', `fill="${colours.body}"`)
    .replaceAll('class="badge"', `fill="${badge}"`)
    .replaceAll(/class="(edge|line)"/g, `stroke="${badge}"`);
  return `<svg id="${key}" xmlns="http://www.w3.org/2000/svg" viewBox="${edge === null ? '1 1 20.5 20.5' : '0 0 22 22'}" width="${size}" height="${size}">${filter}<g${edge === null ? '' : ` filter="url(#edge${key})"`}>${inner}</g></svg>`;
}

async function draw(page: Page, svg: string, size: number): Promise<Buffer> {
  await page.setContent(`<style>*{margin:0}svg{display:block}</style>${svg}`);
  return await page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, width: size, height: size } });
}

async function writeTrayIcons(page: Page): Promise<void> {
  const lines = [
    '// Drawn by packaging/icons/render.ts from packaging/icons/tray: change the drawings, not this file.',
    "import type { HealthState } from '../../domain/health.ts';",
    '',
    `export type IconVariant = ${Object.keys(variants)
      .map((name) => `'${name}'`)
      .join(' | ')};`,
    '',
    '/** PNG as base64: once and twice the size. */',
    'export const trayIcons: Readonly<Record<IconVariant, Readonly<Record<HealthState, readonly string[]>>>> = {',
  ];
  for (const [variant, colours] of Object.entries(variants)) {
    lines.push(`  ${variant}: {`);
    for (const { state, svg } of drawings) {
      lines.push(`    ${state}: [`);
      for (const size of colours.sizes) {
        const png = await draw(page, coloured(state, svg, colours, size, 'i'), size);
        lines.push(`      '${png.toString('base64')}',`);
      }
      lines.push('    ],');
    }
    lines.push('  },');
  }
  writeFileSync(generated, `${lines.join('\n')}\n};\n`);
}

/** All icons in true size and enlarged, on the panels they must live on: for looking at. */
async function writeSheet(page: Page, file: string): Promise<void> {
  const rows = Object.entries(variants).flatMap(([variant, colours]) =>
    (variant === 'onDark' ? ['#1d1d1f'] : variant === 'outlined' ? ['#1d1d1f', '#ececec', '#5a6f8c'] : ['#ececec']).map(
      (panel, row) => {
        const cells = drawings.flatMap(({ state, svg }, column) =>
          [colours.sizes[0] ?? 22, 22, 88].map((size, n) =>
            coloured(state, svg, colours, size, `${variant}${row}x${column}x${n}`),
          ),
        );
        return `<div style="background:${panel};display:flex;align-items:center;gap:10px;padding:8px">${cells.join('')}</div>`;
      },
    ),
  );
  await page.setViewportSize({ width: 1700, height: 660 });
  await page.setContent(`<style>*{margin:0}</style>${rows.join('')}`);
  await page.screenshot({ path: file, fullPage: true });
}

const { browser } = await launchChromium();
try {
  const page = await browser.newPage();
  await writeTrayIcons(page);
  for (const size of [512, 1024]) {
    await page.setViewportSize({ width: size, height: size });
    const svg = readFileSync(join(here, 'tidings.svg'), 'utf8').replace(
      '<svg ',
      `<svg width="${size}" height="${size}" `,
    );
    writeFileSync(join(here, size === 512 ? 'tidings.png' : 'tidings@2x.png'), await draw(page, svg, size));
  }
  const sheet = process.argv.indexOf('--sheet');
  const file = process.argv[sheet + 1];
  if (sheet > 0 && file !== undefined) await writeSheet(page, file);
} finally {
  await browser.close();
}
