/**
 * What we build on: known advisories, licences, install scripts, and a lock file that names checksums and no addresses.
 * Where no database of advisories can be reached, that part says "not run"; everything else needs nothing but this folder.
 *
 *     node test/tools/check-dependencies.ts [--write]     # --write: writes docs/licences.md anew
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createVerdicts } from '../verdicts.ts';

export interface LockedPackage {
  readonly name?: string;
  readonly version?: string;
  /** Old packages have a list of them. */
  readonly license?: string | readonly string[];
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly link?: boolean;
}
/** By folder, `''` for ourselves. */
export type Lock = Readonly<Record<string, LockedPackage>>;

/** Packages that may bring an install script, and why that is borne. `false` in `allowScripts` keeps npm from running it. */
const installScripts: Readonly<Record<string, string>> = {
  '@azure/msal-node-extensions': 'builds or fetches a native file; switched off, since the package brings built ones',
  '@github/keytar': 'builds or fetches a native file; switched off, since the package brings built ones',
  'electron-winstaller': 'chooses between two programs it brings; only while packaging on Windows',
};
/** Must never run on anybody's machine, as they come with the product. */
const switchedOff = ['@azure/msal-node-extensions', '@github/keytar'] as const;

/** What may be shipped with a program under the MIT licence without more than naming it. */
const permissive = new Set([
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'MIT OR Apache-2.0',
  'Python-2.0',
]);

/** An advisory that we live with, by its number, and why it does not touch us. Empty is best. */
const excused: Readonly<Record<string, string>> = {};

export const nameOf = (path: string, { name }: LockedPackage): string =>
  name ?? path.split('node_modules/').at(-1) ?? path;
const others = (lock: Lock): [string, LockedPackage][] => Object.entries(lock).filter(([path]) => path !== '');
const licenceOf = ({ license }: LockedPackage): string => (license === undefined ? 'none told' : String(license));
const isShipped = ({ dev, devOptional, optional }: LockedPackage): boolean => !dev && !devOptional && !optional;

/** What is wrong with the lock file, one sentence each. */
export function lockProblems(lock: Lock, allowScripts: Readonly<Record<string, boolean>>): readonly string[] {
  const problems: string[] = [];
  for (const [path, entry] of others(lock)) {
    const name = nameOf(path, entry);
    if (entry.resolved !== undefined) problems.push(`${name} has an address; only checksums belong here`);
    if (entry.link !== true && !/^sha512-/.test(entry.integrity ?? '')) problems.push(`${name} has no checksum`);
    if (entry.hasInstallScript === true && installScripts[name] === undefined)
      problems.push(`${name} brings an install script that nobody has looked at`);
  }
  for (const name of switchedOff) {
    const isThere = others(lock).some(([path, entry]) => nameOf(path, entry) === name);
    if (isThere && allowScripts[name] !== false)
      problems.push(`${name} could run its install script: say false in allowScripts`);
  }
  for (const [name, isAllowed] of Object.entries(allowScripts)) {
    if (isAllowed) problems.push(`${name} may run its install script: say why in the allow-list, or say false`);
  }
  return problems;
}

/** Libraries that are shipped under a licence that asks for more than being named. */
export function licenceProblems(lock: Lock): readonly string[] {
  return others(lock)
    .filter(([, entry]) => isShipped(entry) && !permissive.has(licenceOf(entry)))
    .map(([path, entry]) => `${nameOf(path, entry)} is shipped under the licence “${licenceOf(entry)}”`);
}

/** `docs/licences.md`. */
export function licencePage(lock: Lock): string {
  const rows = (all: [string, LockedPackage][]): string[] =>
    [
      ...new Set(all.map(([path, entry]) => `| ${nameOf(path, entry)} | ${entry.version} | ${licenceOf(entry)} |`)),
    ].sort();
  const shipped = others(lock).filter(([, entry]) => isShipped(entry));
  const counts = new Map<string, number>();
  for (const [, entry] of others(lock)) {
    if (!isShipped(entry)) counts.set(licenceOf(entry), (counts.get(licenceOf(entry)) ?? 0) + 1);
  }
  const tools = [...counts].sort(([a, x], [b, y]) => y - x || a.localeCompare(b));
  return [
    '# Licences of what we build on',
    '',
    'Written by `node test/tools/check-dependencies.ts --write` from the lock file; a test fails when it is out of date.',
    'The texts of the licences of everything in a package are put into it, see `packaging/notices.js`.',
    '',
    `## In the product: ${shipped.length} libraries`,
    '',
    '| Library | Version | Licence |',
    '|---|---|---|',
    ...rows(shipped),
    '',
    '## Tools: only on the machines of those who build it',
    '',
    '| Licence | Packages |',
    '|---|---|',
    ...tools.map(([licence, count]) => `| ${licence} | ${count} |`),
    '',
  ].join('\n');
}

export type AuditResult =
  | { readonly kind: 'not run'; readonly why: string }
  /** Critical and high only, each as one sentence. */
  | { readonly kind: 'ran'; readonly found: readonly string[] };

/** What `npm audit --json` said. It ends with 1 for advisories and for trouble alike, so only its words count. */
export function readAudit(output: string): AuditResult {
  let said: unknown;
  try {
    said = JSON.parse(output);
  } catch {
    return { kind: 'not run', why: 'npm said nothing that can be read' };
  }
  const report = said as {
    readonly auditReportVersion?: number;
    readonly vulnerabilities?: Readonly<Record<string, Vulnerability>>;
  };
  if (report.auditReportVersion === undefined || report.vulnerabilities === undefined) {
    return { kind: 'not run', why: 'no database of advisories answers where npm gets its packages' };
  }
  const found = Object.entries(report.vulnerabilities).flatMap(([name, { severity, via }]) => {
    if (severity !== 'critical' && severity !== 'high') return [];
    const advisories = via.flatMap((each) => (typeof each === 'string' ? [] : [each]));
    const open = advisories.filter(({ source }) => excused[String(source)] === undefined);
    // One that is only reached through another is told there.
    return open.map(({ source, title }) => `${name}: ${title} (${severity}, ${source})`);
  });
  return { kind: 'ran', found };
}
interface Vulnerability {
  readonly severity: string;
  readonly via: readonly (string | { readonly source: number; readonly title: string })[];
}

function audit(root: string): Promise<AuditResult> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = { cwd: root, timeout: 60_000, maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' };
  return new Promise((resolve) => {
    execFile(npm, ['audit', '--json'], options, (_error, stdout) => resolve(readAudit(stdout)));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const root = join(import.meta.dirname, '..', '..');
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Lock };
  const { allowScripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    allowScripts: Record<string, boolean>;
  };
  const pageFile = join(root, 'docs', 'licences.md');
  if (process.argv.includes('--write')) writeFileSync(pageFile, licencePage(packages));
  const verdicts = createVerdicts();
  const check = (what: string, problems: readonly string[]): void =>
    verdicts.check('S9', what, `${problems.length}`, '0', problems.length === 0, problems.join('; ') || undefined);
  check(
    `problems of the lock file's ${Object.keys(packages).length - 1} packages`,
    lockProblems(packages, allowScripts),
  );
  check('licences that ask for more than being named', licenceProblems(packages));
  check(
    'differences of docs/licences.md',
    readFileSync(pageFile, 'utf8') === licencePage(packages) ? [] : ['run it with --write'],
  );
  const result = await audit(root);
  if (result.kind === 'not run') verdicts.notRun('S9', 'known critical and high advisories', '0', result.why);
  else check('known critical and high advisories', result.found);
  console.log(verdicts.table());
  process.exitCode = verdicts.exitCode();
}
