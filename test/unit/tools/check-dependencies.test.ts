import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Lock, licencePage, licenceProblems, lockProblems, readAudit } from '../../tools/check-dependencies.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Lock };
const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> };

const sound = { version: '1.0.0', license: 'MIT', integrity: 'sha512-x' };
const off = { '@azure/msal-node-extensions': false, '@github/keytar': false };

test('the lock file has a checksum for everything, no addresses, and install scripts from the allow-list only', () => {
  expect(lockProblems(packages, allowScripts)).toEqual([]);
});

test('whatever is shipped asks for no more than being named', () => {
  expect(licenceProblems(packages)).toEqual([]);
});

test('docs/licences.md is what the lock file says', () => {
  expect(read('docs/licences.md')).toBe(licencePage(packages));
});

test.each<[string, Lock[string], Record<string, boolean>, string]>([
  [
    'an address',
    { ...sound, resolved: 'https://packages.contoso.example/x.tgz' },
    off,
    'x has an address; only checksums belong here',
  ],
  ['no checksum', { version: '1.0.0' }, off, 'x has no checksum'],
  ['a weak checksum', { ...sound, integrity: 'sha1-x' }, off, 'x has no checksum'],
  [
    'an install script',
    { ...sound, hasInstallScript: true },
    off,
    'x brings an install script that nobody has looked at',
  ],
  [
    'a native library that may build',
    { ...sound, name: '@github/keytar' },
    {},
    '@github/keytar could run its install script: say false in allowScripts',
  ],
])('%s in the lock file is found', (_what, entry, allow, problem) => {
  expect(lockProblems({ '': { version: '1.0.0' }, 'node_modules/x': entry }, allow)).toEqual([problem]);
});

test('a licence that asks for more is found where it is shipped, not among tools', () => {
  const copyleft = { ...sound, license: 'GPL-3.0' };
  const lock = {
    'node_modules/a': copyleft,
    'node_modules/b': { ...copyleft, dev: true },
    'node_modules/c': { version: '1' },
  };
  expect(licenceProblems(lock)).toEqual([
    'a is shipped under the licence “GPL-3.0”',
    'c is shipped under the licence “none told”',
  ]);
});

const advisory = { source: 1097, title: 'Reads too much', severity: 'high' };
test.each([
  ['nothing known', { auditReportVersion: 2, vulnerabilities: {} }, []],
  ['something low', { auditReportVersion: 2, vulnerabilities: { x: { severity: 'moderate', via: [advisory] } } }, []],
  [
    'something high, and what is built on it',
    {
      auditReportVersion: 2,
      vulnerabilities: { x: { severity: 'high', via: [advisory] }, y: { severity: 'high', via: ['x'] } },
    },
    ['x: Reads too much (high, 1097)'],
  ],
])('%s in the database of advisories', (_what, report, found) => {
  expect(readAudit(JSON.stringify(report))).toEqual({ kind: 'ran', found });
});

test.each([
  ['a registry without one', '{"message":"405 Method Not Allowed","error":{"summary":"","detail":""}}'],
  ['no network', '{"message":"request failed"}'],
  ['nothing', ''],
  ['a page in between', '<!doctype html>'],
])('without a database (%s) it was not run, which is no pass', (_what, output) => {
  expect(readAudit(output).kind).toBe('not run');
});
