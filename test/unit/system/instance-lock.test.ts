import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeInstanceLock } from '../../../main/system/instance-lock.ts';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-lock-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Another process that tries to take the lock and stays; resolves with what it got. */
async function tryInChild(): Promise<{ child: ChildProcess; taken: boolean }> {
  const lockModule = new URL('../../../main/system/instance-lock.ts', import.meta.url).href;
  const script = `
    const { takeInstanceLock } = await import(${JSON.stringify(lockModule)});
    globalThis.lock = takeInstanceLock(${JSON.stringify(folder)});
    console.log(JSON.stringify(globalThis.lock));
    setInterval(() => {}, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), 'line', { signal: AbortSignal.timeout(10_000) });
  return { child, taken: JSON.parse(line).taken };
}

test('only one may hold it, and the others learn who', () => {
  const first = takeInstanceLock(folder, 4711);
  expect(first.taken).toBe(true);
  expect(takeInstanceLock(folder)).toEqual({ taken: false, holder: { pid: 4711, door: null } });
  if (first.taken) {
    first.release();
    first.release();
  }
  expect(existsSync(join(folder, 'instance.json'))).toBe(false);
  const next = takeInstanceLock(folder);
  expect(next.taken).toBe(true);
  if (next.taken) next.release();
});

test('a living process is respected, a killed one leaves nothing in the way', async () => {
  const { child, taken } = await tryInChild();
  expect(taken).toBe(true);
  expect(takeInstanceLock(folder)).toEqual({ taken: false, holder: { pid: child.pid, door: null } });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const ours = takeInstanceLock(folder);
  expect(ours.taken).toBe(true);
  if (ours.taken) ours.release();
});

test('of five that start at once one runs', async () => {
  const tries = await Promise.all(Array.from({ length: 5 }, tryInChild));
  expect(tries.filter(({ taken }) => taken)).toHaveLength(1);
});

test('a folder that cannot be used is told', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => takeInstanceLock(join(folder, 'file'))).toThrow(/^storage: /);
});

test('the next ones learn where to knock, and nobody else does', () => {
  const ours = takeInstanceLock(folder, 4711);
  if (!ours.taken) throw new Error('the lock was not free');
  const door = { port: 40_123, secret: 'only the person can read this' };
  ours.openDoor(door);
  expect(takeInstanceLock(folder)).toEqual({ taken: false, holder: { pid: 4711, door } });
  if (process.platform !== 'win32') {
    expect(statSync(join(folder, 'instance.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'instance.lock')).mode & 0o777).toBe(0o600);
  }
  ours.release();
});

test.each([
  ['nothing', ''],
  ['half of it', '{"pid":4711,"door":{"po'],
  ['a process that cannot be', '{"pid":-1,"door":null}'],
  ['another shape', '[1,2,3]'],
  ['null', 'null'],
])('a note that holds %s is nobody, and the lock still holds', (_what, text) => {
  const ours = takeInstanceLock(folder, 4711);
  writeFileSync(join(folder, 'instance.json'), text);
  expect(takeInstanceLock(folder)).toEqual({ taken: false, holder: null });
  if (ours.taken) ours.release();
});

test('a door that makes no sense is none', () => {
  const ours = takeInstanceLock(folder, 4711);
  writeFileSync(join(folder, 'instance.json'), '{"pid":4711,"door":{"port":"80","secret":7}}');
  expect(takeInstanceLock(folder)).toEqual({ taken: false, holder: { pid: 4711, door: null } });
  if (ours.taken) ours.release();
});

test('the lock holds whether or not anybody kept what it returned', async () => {
  const lockModule = new URL('../../../main/system/instance-lock.ts', import.meta.url).href;
  const script = `
    const { takeInstanceLock } = await import(${JSON.stringify(lockModule)});
    console.log(takeInstanceLock(${JSON.stringify(folder)}).taken);
    setInterval(() => { globalThis.gc(); console.log('collected'); }, 20);`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  const next = () => once(lines, 'line', { signal: AbortSignal.timeout(10_000) });
  expect(await next()).toEqual(['true']);
  for (let round = 0; round < 5; round += 1) expect(await next()).toEqual(['collected']);
  expect(takeInstanceLock(folder).taken).toBe(false);
});
