/**
 * Starts the unpacked app of this machine's kind with a home folder of its own, and ends as it ends:
 *
 *     node test/packages/start.ts dist
 */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findApps } from './inspect.ts';

const system = { linux: 'linux', win32: 'win', darwin: 'mac' }[process.platform as string] ?? process.platform;
const kind = process.arch === 'x64' ? system : `${system}-${process.arch}`;
const wanted = system === 'mac' ? kind : `${kind}-unpacked`;
const app = findApps(process.argv[2] ?? 'dist').find(({ name }) => name === wanted);
if (app === undefined) throw new Error(`There is no app for this machine (${wanted}): npx electron-builder --dir`);

const home = mkdtempSync(join(tmpdir(), 'tidings-home-'));
const homes = { XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, XDG_STATE_HOME: home, APPDATA: home, LOCALAPPDATA: home };
const child = spawn(app.program, [], { stdio: 'inherit', env: { ...process.env, HOME: home, ...homes } });
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
