import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-ran-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'test'));
  writeFileSync(
    join(folder, 'vitest.config.ts'),
    `import { createRanReporter } from ${JSON.stringify(join(root, 'test', 'tools', 'ran-reporter.ts'))};
     export default { test: { reporters: [createRanReporter()] } };`,
  );
  write('a', `test('one', () => {}); describe('group (not run: no bus)', () => { test.skip('two', () => {}); });`);
  write('b', `test('three', () => { throw new Error('no'); }); test.skip('four', () => {});`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, body: string): void {
  writeFileSync(join(folder, 'test', `${name}.test.ts`), `import { describe, test } from 'vitest';\n${body}`);
}
const remembered = (): Record<string, Record<string, string>> => {
  const { files } = JSON.parse(readFileSync(join(folder, 'test-results', 'ran.json'), 'utf8'));
  return Object.fromEntries(
    Object.entries(files as Record<string, { tests: Record<string, string> }>).map(([file, { tests }]) => [
      file,
      tests,
    ]),
  );
};

test('a whole run remembers every test, and fails for proofs of the specification that did not run', async () => {
  const { status, output } = await vitest();
  expect(remembered()).toEqual({
    'test/a.test.ts': { one: 'passed', 'group > two': 'not run: no bus' },
    'test/b.test.ts': { three: 'failed', four: 'skipped' },
  });
  // None of the real proofs are in that folder.
  expect(output).toMatch(/^proof did not run: entra\.6\./m);
  expect(status).toBe(1);
}, 60_000);

test('a run of one file keeps what is known of the others and asks for no proofs; a run by name is not remembered', async () => {
  await vitest();
  write('a', `test('another', () => {});`);
  const { status, output } = await vitest('test/a.test.ts');
  const afterOne = remembered();
  await vitest('-t', 'three');
  expect({ status, output: output.includes('proof did not run'), afterOne, afterName: remembered() }).toEqual({
    status: 0,
    output: false,
    afterOne: { 'test/a.test.ts': { another: 'passed' }, 'test/b.test.ts': { three: 'failed', four: 'skipped' } },
    afterName: afterOne,
  });
}, 60_000);

/** Runs the tests in `folder` in a process of its own. */
function vitest(...args: readonly string[]): Promise<{ status: number; output: string }> {
  const program = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const { VITEST: _, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [program, 'run', ...args], { cwd: folder, env, timeout: 30_000 }, (error, stdout) => {
      resolve({ status: error === null ? 0 : Number(error.code), output: stdout });
    });
  });
}
