import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAppFiles, isAppAddress } from '../../../main/shell/app-files.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidings-app-files-'));
  await mkdir(join(folder, 'page', 'assets'), { recursive: true });
  await writeFile(join(folder, 'page', 'index.html'), '<!doctype html>');
  await writeFile(join(folder, 'page', 'assets', 'index-Bn6C78Oq.js'), 'let a;');
  await writeFile(join(folder, 'page', 'notes.txt'), 'not ours to serve');
  await writeFile(join(folder, 'secret.html'), 'outside');
});
afterAll(() => rm(folder, { recursive: true }));

const get = (url: string, method = 'GET') => createAppFiles(join(folder, 'page'))({ url, method });

test('serves its files with their type, under a policy that lets nothing else in', async () => {
  const response = await get('app://tidings/index.html#today');

  expect(response.status).toBe(200);
  expect(await response.text()).toBe('<!doctype html>');
  expect(Object.fromEntries(response.headers)).toEqual({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  });
  expect((await get('app://tidings/assets/index-Bn6C78Oq.js')).headers.get('content-type')).toMatch(
    /^text\/javascript/,
  );
});

test.each([
  'app://tidings/',
  'app://tidings/missing.html',
  'app://tidings/notes.txt',
  'app://tidings/assets',
  'app://tidings/../secret.html',
  'app://tidings/%2e%2e/secret.html',
  'app://tidings/..%2fsecret.html',
  'app://tidings/..%5csecret.html',
  'app://tidings/assets/..\\..\\..\\secret.html',
  'app://tidings/./../secret.html',
  'app://tidings//etc/hosts.html',
  'app://tidings/C:/secret.html',
  'app://tidings/index.html%00.js',
  'app://tidings/index.html/',
  'app://other/index.html',
  'app://ada@tidings/index.html',
  'app://tidings:80/index.html',
  'file:///index.html',
  'https://tidings/index.html',
  'nonsense',
])('finds nothing at %s', async (url) => {
  expect((await get(url)).status).toBe(404);
});

test('answers GET only', async () => {
  expect((await get('app://tidings/index.html', 'POST')).status).toBe(404);
});

test.each([
  ['app://tidings/index.html#health', true],
  ['app://tidings.evil.example/index.html', false],
  ['app://evil/tidings/', false],
  ['https://tidings/index.html', false],
  ['about:blank', false],
  ['', false],
])('%s is our own page: %s', (address, isOurs) => {
  expect(isAppAddress(address)).toBe(isOurs);
});
