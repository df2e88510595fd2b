/**
 * Takes a picture of the whole desktop every two seconds while a command runs, and keeps those that differ: for what only
 * the system itself can draw, trays and toasts.
 *
 *     node test/tools/desktop-pictures.ts FOLDER [--seconds N] -- COMMAND [ARGUMENT ...]
 *
 * Ends as the command ends. With `--seconds` it is ended after that time, and only ending earlier is a failure. Needs
 * ImageMagick's `import` on Linux; macOS and Windows bring what is needed. A desktop that cannot be pictured is said,
 * and fails nothing.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const split = process.argv.indexOf('--');
const [folder, ...flags] = process.argv.slice(2, split < 0 ? undefined : split);
const [program, ...args] = split < 0 ? [] : process.argv.slice(split + 1);
if (folder === undefined || program === undefined) throw new Error('FOLDER [--seconds N] -- COMMAND [ARGUMENT ...]');
const seconds = flags[0] === '--seconds' ? Number(flags[1]) : null;
if (seconds !== null && !(seconds > 0)) throw new Error('--seconds wants a number above zero');

const betweenMs = 2_000;
const mostPictures = 60;
const pictureLimitMs = 20_000;
const powershell = `Add-Type -AssemblyName System.Windows.Forms, System.Drawing
  $area = [System.Windows.Forms.SystemInformation]::VirtualScreen
  $bitmap = New-Object System.Drawing.Bitmap $area.Width, $area.Height
  [System.Drawing.Graphics]::FromImage($bitmap).CopyFromScreen($area.Location, [System.Drawing.Point]::Empty, $area.Size)
  $bitmap.Save($env:TIDINGS_PICTURE)`;

/** Rejects when the system cannot, or takes too long. */
async function takePicture(file: string): Promise<void> {
  const options = { timeout: pictureLimitMs, env: { ...process.env, TIDINGS_PICTURE: file } };
  if (process.platform === 'darwin') await run('screencapture', ['-x', file], options);
  else if (process.platform === 'win32') await run('powershell', ['-NoProfile', '-Command', powershell], options);
  else await run('import', ['-silent', '-window', 'root', file], options);
}

function end(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  // npm and the like start children of their own: all of them end.
  if (process.platform === 'win32') spawn('taskkill', ['/pid', String(child.pid), '/t', '/f']);
  else process.kill(-child.pid, 'SIGTERM');
}

mkdirSync(folder, { recursive: true });
const isWindows = process.platform === 'win32';
const child = spawn(program, args, { stdio: 'inherit', detached: !isWindows, shell: isWindows && program === 'npm' });
let isRunning = true;
const ended = new Promise<number>((resolve) => {
  child.on('error', (error) => {
    console.error(error.message);
    resolve(127);
  });
  child.on('exit', (code) => resolve(code ?? 1));
}).finally(() => {
  isRunning = false;
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end(child));

const startedAt = performance.now();
const isTimeOver = (): boolean => seconds !== null && performance.now() - startedAt >= seconds * 1_000;
let last = '';
let kept = 0;
while (isRunning && !isTimeOver()) {
  await Promise.race([delay(betweenMs), ended]);
  if (kept >= mostPictures) continue;
  const file = join(folder, `${String(kept + 1).padStart(2, '0')}.png`);
  try {
    await takePicture(file);
    const sum = createHash('sha256').update(readFileSync(file)).digest('hex');
    if (sum === last) rmSync(file);
    else kept += 1;
    last = sum;
  } catch (error) {
    console.log(`no picture of this desktop: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    kept = mostPictures;
  }
}
const endedByItself = !isRunning;
if (!endedByItself) end(child);
const code = await Promise.race([ended, delay(10_000, 124, { ref: false })]);
if (kept > 0 && kept < mostPictures) console.log(`${kept} pictures in ${folder}`);
// Ended by us: that it lived so long is the success.
process.exitCode = endedByItself ? (seconds === null ? code : code || 1) : 0;
