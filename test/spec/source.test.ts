/** Promises that hold for the whole source: what must never be called, and from where. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const product = globSync(['main/**/*.ts', 'preload/**/*.ts', 'renderer/**/*.{ts,tsx}'], { cwd: root }).map((file) => ({
  file: file.replaceAll('\\', '/'),
  text: readFileSync(join(root, file), 'utf8'),
}));
const filesWith = (pattern: RegExp): string[] =>
  product
    .filter(({ text }) => pattern.test(text))
    .map(({ file }) => file)
    .sort();

test('nothing keeps the machine awake', () => {
  expect(product.length).toBeGreaterThan(50);
  expect(filesWith(/powerSaveBlocker|wakeLock|caffeinate|systemd-inhibit/)).toEqual([]);
});

test('nothing asks for a beta address', () => {
  expect(filesWith(/[/'"`]beta\b/)).toEqual([]);
  expect(filesWith(/\/v1\.0/)).not.toEqual([]);
});

test('links open only where a person clicked', () => {
  // The one place that hands an address to the system…
  expect(filesWith(/\bshell\.openExternal\(/)).toEqual(['main/shell/electron/open-external.ts']);
  // …and who may ask it: clicks on toasts and in the window, and the sign-in, which begins with a click.
  const callers = filesWith(/\b(?:openExternal|openLink)\(/).filter((file) => !file.endsWith('open-external.ts'));
  expect(callers.filter((file) => !allowedCallers.has(file))).toEqual([]);
});

test('there is one source of sound, the system’s own: nothing else plays any, or tells it to', () => {
  expect(filesWith(/\bnew Audio\b|AudioContext|<audio\b|\.beep\(|\bsound:|\bsilent:|'critical'/)).toEqual([]);
  expect(filesWith(/new Notification\(/)).toContain('main/shell/electron/toasts.ts');
});

test('no crash report is written or sent: a dump of memory would hold mail and tokens', () => {
  expect(filesWith(/crashReporter/)).toEqual([]);
});

test('the page and main speak in one way only, and none of them waits', () => {
  expect(filesWith(/\bipcRenderer\b/)).toEqual(['preload/index.ts']);
  expect(filesWith(/sendSync|returnValue|@electron\/remote|sendToHost|executeJavaScript/)).toEqual([]);
});

test('nothing runs unseen: no hidden page that is never slowed down, no tray bound to a path', () => {
  expect(filesWith(/backgroundThrottling|offscreen:|new Tray\([^)]*,/)).toEqual([]);
});

test('nothing forks what a package cannot run', () => {
  expect(filesWith(/\bfork\(|ELECTRON_RUN_AS_NODE/)).toEqual([]);
});

test('mail text is never made into markup', () => {
  expect(filesWith(/dangerouslySetInnerHTML|\.innerHTML\b|insertAdjacentHTML|document\.write|toastXml/)).toEqual([]);
});

test('the guide demands a registration for mobile and desktop applications', () => {
  const guide = readFileSync(join(root, 'docs', 'register-your-app.md'), 'utf8');
  expect(guide).toMatch(/\*\*Mobile and desktop applications\*\*.*\*Single-page application\* a sign-in lasts one day/);
});

/** The shells, the handlers of clicks, and the sign-in with the wire to it. */
const allowedCallers = new Set([
  'main/compose.ts',
  'main/shell/browser/shell.ts',
  'main/shell/electron/shell.ts',
  'main/shell/handlers.ts',
  'main/shell/shell.ts',
  'main/shell/toast-gestures.ts',
  'main/workflows/sign-in.ts',
]);
