/**
 * Whether the Electron we ship is recent enough to be safe: its major version is one of the three newest, and no newer
 * patch of it has been out for more than 14 days. Asks the npm registry, through npm; ends with 1 and says what to do.
 *
 *     node test/tools/electron-age.ts
 *
 * @see https://www.electronjs.org/docs/latest/tutorial/electron-timelines
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const patienceMs = 14 * 24 * 60 * 60 * 1_000;
const supportedMajors = 3;

type Version = readonly [major: number, minor: number, patch: number];
/** Null for pre-releases and what is no version. */
function parse(text: string): Version | null {
  const match = /^(\d+)\.(\d+)\.(\d+)$/.exec(text);
  return match === null ? null : [Number(match[1]), Number(match[2]), Number(match[3])];
}
const compare = (a: Version, b: Version): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

/**
 * What is wrong with `current`, in words; null when nothing is.
 *
 * @param published when each version came out, ISO 8601, by version.
 * @throws {TypeError} if `current` is no released version.
 */
export function tooOld(current: string, published: Readonly<Record<string, string>>, now: Date): string | null {
  const ours = parse(current);
  if (ours === null) throw new TypeError(`${current} is no released version of Electron`);
  const known = Object.entries(published).flatMap(([text, at]) => {
    const version = parse(text);
    return version === null ? [] : [{ text, version, at: new Date(at) }];
  });
  const majors = [...new Set(known.map(({ version }) => version[0]))].sort((a, b) => b - a);
  if (!majors.slice(0, supportedMajors).includes(ours[0]))
    return `Electron ${ours[0]} gets no more security fixes: those of ${majors.slice(0, supportedMajors).join(', ')} do`;
  const newer = known
    .filter(({ version }) => version[0] === ours[0] && compare(version, ours) > 0)
    .sort((a, b) => compare(b.version, a.version));
  // The first patch that we lack says since when.
  const since = newer.at(-1);
  if (since === undefined || now.getTime() - since.at.getTime() <= patienceMs) return null;
  return `Electron ${newer[0]?.text} is out, and ${since.text} has been since ${since.at.toISOString().slice(0, 10)}: take it`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const manifest = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8');
  const { devDependencies } = JSON.parse(manifest) as { devDependencies: { electron: string } };
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = { timeout: 60_000, maxBuffer: 16 * 1024 * 1024, shell: process.platform === 'win32' };
  const { stdout } = await promisify(execFile)(npm, ['view', 'electron', 'time', '--json'], options);
  const why = tooOld(devDependencies.electron, JSON.parse(stdout) as Record<string, string>, new Date());
  console.log(why ?? `Electron ${devDependencies.electron} is recent enough`);
  process.exitCode = why === null ? 0 : 1;
}
