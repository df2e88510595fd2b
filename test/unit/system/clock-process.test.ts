import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Runs a script with a clock of the real machine in a process of its own, at most 10 s. */
async function run(script: string): Promise<string> {
  const clockModule = new URL('../../../main/system/clock.ts', import.meta.url).href;
  const source = `const { createSystemClock } = await import(${JSON.stringify(clockModule)});\n${script}`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', source], {
    timeout: 10_000,
  });
  return stdout.trim();
}

test('with the timers of the machine, what is due runs in order', async () => {
  const said = await run(`
    const clock = createSystemClock();
    const alive = setInterval(() => {}, 1_000);
    clock.after(40, () => { console.log('second'); clock.stop(); clearInterval(alive); });
    clock.after(20, () => console.log('first'));
    clock.after(30, () => console.log('cancelled'))();`);
  expect(said).toBe('first\nsecond');
});

test('a clock with timers and listeners does not keep a process alive that has nothing else to do', async () => {
  const said = await run(`
    const clock = createSystemClock();
    clock.onJump(() => {});
    clock.after(60_000, () => console.log('too late'));
    console.log('done');`);
  expect(said).toBe('done');
});
