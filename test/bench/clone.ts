/** From a fresh clone to the first alert, with a warm npm cache: what somebody waits who tries Tidings. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from './bench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Real seconds for one command. */
const limitS = 300;

async function timed(folder: string, command: string, args: readonly string[]): Promise<number> {
  const begin = performance.now();
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], timeout: limitS * 1000 });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-1_000);
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${said}`);
  return (performance.now() - begin) / 1000;
}

export const clone: Bench = {
  name: 'clone',
  length: 'long',
  limitS: 900,
  async run(kit) {
    const folder = join(kit.folder(), 'tidings');
    const cloned = await timed(root, 'git', ['clone', '--quiet', '--no-local', root, folder]);
    const install = await timed(folder, 'npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund']);
    // The first story of a person: sign-in, the first mail, its toast. Built from the sources, as `npm run demo` does.
    const built = await timed(folder, 'npm', ['run', '--silent', 'build']);
    const story = join('test', 'scenarios', 'stories', 'first-run.json');
    const told = await timed(folder, 'npm', ['run', '--silent', 'scenario', '--', story]);
    const whole = cloned + install + built + told;
    kit.row({
      goal: 'P4',
      what: 'clone → first alert on a warm npm cache (npm ci, build, the first story)',
      unit: 's',
      runs: [whole],
      reference: { what: 'npm ci alone', runs: [install] },
      wanted: '≤ 90 s',
      holds: whole <= 90,
      isTiming: true,
    });
  },
};
