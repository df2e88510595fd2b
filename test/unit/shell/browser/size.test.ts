import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const main = join(import.meta.dirname, '../../../../main');

test('the browser shell stays the fallback: its door and its rooms have at most 600 lines', () => {
  const folder = join(main, 'shell/browser');
  const files = [join(main, 'start-browser.ts'), ...readdirSync(folder).map((name) => join(folder, name))];
  const lines = files.map((file) => readFileSync(file, 'utf8').split('\n').length - 1);
  expect(lines.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(600);
});
