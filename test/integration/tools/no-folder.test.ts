import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const bundle = fileURLToPath(new URL('../../../out/main/start-browser.js', import.meta.url));

test('a folder that the system does not let us use is told in one sentence, and nothing runs', async () => {
  const home = mkdtempSync(join(tmpdir(), 'tidings-no-folder-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  // Root may write everywhere, but not below a file.
  writeFileSync(join(home, 'config'), '');
  const env = { HOME: home, XDG_CONFIG_HOME: join(home, 'config'), PATH: home };
  const ended = await new Promise((resolve) => {
    execFile(process.execPath, [bundle], { env, timeout: 15_000 }, (error, stdout, stderr) => {
      resolve({ code: error?.code, stdout, stderr });
    });
  });
  const folder = join(home, 'config', 'tidings');
  expect(ended).toEqual({
    code: 1,
    stdout: '',
    stderr: `Tidings cannot start: Tidings cannot use its folder ${folder}. Please check who owns it.\n`,
  });
});
