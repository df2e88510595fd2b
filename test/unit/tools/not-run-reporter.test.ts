import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Outcome, reasonOf, summarize } from '../../tools/not-run-reporter.ts';

const root = join(import.meta.dirname, '..', '..', '..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-reporter-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const outcome = (state: Outcome['state'], ...names: string[]): Outcome => ({
  state,
  names,
  note: undefined,
  file: 'test/a.test.ts',
});

test('the reason stands in the name of the test or of a group around it, or in the note', () => {
  expect(reasonOf({ names: ['reads (not run: Windows has no such thing)'], note: undefined })).toBe(
    'Windows has no such thing',
  );
  expect(reasonOf({ names: ['reads', 'inner', 'outer (not run: no dbus (or no bus))'], note: undefined })).toBe(
    'no dbus (or no bus)',
  );
  expect(reasonOf({ names: ['reads'], note: 'not run: no display' })).toBe('no display');
  expect(reasonOf({ names: ['reads what was not run: twice'], note: undefined })).toBeNull();
});

test('reasons are counted once each, and the last line is plain', () => {
  const skipped = outcome('skipped', 'b', 'keyring (not run: no dbus)');
  expect(summarize([outcome('passed', 'a'), skipped, skipped, outcome('failed', 'c')], 1, true)).toEqual({
    lines: ['not run: no dbus (2 tests in test/a.test.ts)', '1 passed, 2 failed, 2 not run'],
    unexplained: [],
  });
});

test('a test skipped without a reason is a failure, unless only some tests were asked for', () => {
  const outcomes = [outcome('passed', 'a'), outcome('skipped', 'b', 'group')];
  expect(summarize(outcomes, 0, true)).toEqual({
    lines: ['skipped without a reason: group > b', '1 passed, 1 failed, 0 not run'],
    unexplained: ['group > b'],
  });
  expect(summarize(outcomes, 0, false)).toEqual({ lines: ['1 passed, 0 failed, 0 not run'], unexplained: [] });
});

test('a real run of vitest ends with the line, and with status 1 when something was left out in silence', async () => {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(
    join(folder, 'vitest.config.ts'),
    `import { createNotRunReporter } from ${JSON.stringify(join(root, 'test', 'tools', 'not-run-reporter.ts'))};
     export default { test: { reporters: [createNotRunReporter()] } };`,
  );
  const write = (body: string): void =>
    writeFileSync(
      join(folder, 'a.test.ts'),
      `import { describe, expect, test } from 'vitest';\ntest('a', () => expect(1).toBe(1));\n${body}`,
    );

  write(`describe.skip('keyring (not run: no dbus)', () => { test('b', () => {}); });
         test('c', (context) => context.skip('no display'));`);
  expect(await vitest()).toEqual({
    status: 0,
    end: [
      'not run: no dbus (1 test in a.test.ts)',
      'not run: no display (1 test in a.test.ts)',
      '1 passed, 0 failed, 2 not run',
    ],
  });

  write(`test.skip('b', () => {});`);
  expect(await vitest()).toEqual({
    status: 1,
    end: ['skipped without a reason: b', '1 passed, 1 failed, 0 not run'],
  });

  write(`throw new Error('cannot be loaded');`);
  expect(await vitest()).toEqual({ status: 1, end: ['0 passed, 1 failed, 0 not run'] });
}, 60_000);

/** Runs the tests in `folder` in a process of its own. */
function vitest(): Promise<{ status: number; end: string[] }> {
  const program = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const { VITEST: _, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [program, 'run'], { cwd: folder, env, timeout: 30_000 }, (error, stdout) => {
      const status = error === null ? 0 : Number(error.code);
      resolve({ status, end: stdout.trim().split('\n') });
    });
  });
}
