/** Looks into the unpacked apps that electron-builder leaves beside its packages, for any of the three systems. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { getRawHeader, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';

/** An unpacked app. */
export interface App {
  /** As electron-builder calls the folder, for example `win-arm64-unpacked`. */
  readonly name: string;
  /** What is started; on macOS the program inside the bundle. */
  readonly program: string;
  readonly resources: string;
}
export interface Findings {
  /** By name; true is on. */
  readonly fuses: Readonly<Record<string, boolean>>;
  readonly archiveBytes: number;
  /** Native files, by their place in the archive. */
  readonly natives: readonly string[];
  /** Lying outside the archive, where nobody checks them. */
  readonly unpacked: readonly string[];
  readonly hasDefaultApp: boolean;
  readonly hasLicences: boolean;
  /** Where updates come from, or null. */
  readonly updateSource: string | null;
}

export const wantedFuses: Findings['fuses'] = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
  WasmTrapHandlers: true,
};
export const mostBytes = 4 * 1024 * 1024;

/** In alphabetical order. */
export function findApps(dist: string): App[] {
  const folders = existsSync(dist) ? readdirSync(dist).sort() : [];
  return folders.flatMap((name) => {
    const folder = join(dist, name);
    const inside = join(folder, 'Tidings.app', 'Contents');
    const at = (program: string, resources: string): App[] => [{ name, program, resources }];
    if (existsSync(inside)) return at(join(inside, 'MacOS', 'Tidings'), join(inside, 'Resources'));
    if (!name.endsWith('-unpacked')) return [];
    return at(join(folder, name.startsWith('win') ? 'Tidings.exe' : 'tidings'), join(folder, 'resources'));
  });
}

/** Rejects when there is no program with fuses, or no archive. */
export async function inspect({ program, resources }: App): Promise<Findings> {
  const archive = join(resources, 'app.asar');
  const wire = Object.entries(await getCurrentFuseWire(program)).filter(([key]) => key !== 'version');
  const files = listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/').slice(1));
  const source = join(resources, 'app-update.yml');
  return {
    fuses: Object.fromEntries(wire.map(([key, state]) => [FuseV1Options[Number(key)], state === FuseState.ENABLE])),
    archiveBytes: statSync(archive).size,
    natives: files.filter((path) => path.endsWith('.node')),
    unpacked: unpackedIn(getRawHeader(archive).header),
    hasDefaultApp: existsSync(join(resources, 'default_app.asar')),
    hasLicences: existsSync(join(resources, 'third-party-licences.txt')),
    updateSource: existsSync(source) ? readFileSync(source, 'utf8') : null,
  };
}

/** What must not be shipped, in words; empty when all is as it must be. */
export function faultsOf(findings: Findings, options: { readonly updates: boolean }): string[] {
  const names = new Set([...Object.keys(wantedFuses), ...Object.keys(findings.fuses)]);
  const fuses = [...names]
    .filter((name) => findings.fuses[name] !== wantedFuses[name])
    .map((name) => `the fuse ${name} is ${findings.fuses[name] ?? 'absent'}`);
  const faults: readonly [boolean, string][] = [
    [findings.archiveBytes > mostBytes, `app.asar has ${findings.archiveBytes} bytes`],
    [findings.natives.length !== 1, `native files: ${findings.natives.join(', ') || 'none'}`],
    [findings.unpacked.join() !== findings.natives.join(), `outside the archive: ${findings.unpacked.join(', ')}`],
    [findings.hasDefaultApp, 'Electron’s own little app is still there'],
    [!findings.hasLicences, 'the licences of the libraries are missing'],
    [options.updates && findings.updateSource === null, 'it does not know where updates come from'],
    [!options.updates && findings.updateSource !== null, 'it would look for updates'],
  ];
  return [...fuses, ...faults.flatMap(([isFault, words]) => (isFault ? [words] : []))];
}

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>;
  readonly unpacked?: boolean;
}
function unpackedIn(entry: Entry, path = ''): string[] {
  if (entry.files === undefined) return entry.unpacked === true ? [path] : [];
  return Object.entries(entry.files).flatMap(([name, inside]) =>
    unpackedIn(inside, path === '' ? name : `${path}/${name}`),
  );
}
