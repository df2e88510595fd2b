/** What the window is before its page is there, and around it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron';
import { expect, test } from 'vitest';
import { applicationMenu } from '../../../main/shell/electron/application-menu.ts';
import { ground } from '../../../main/shell/ground.ts';

test('an empty window has the colour of the page that comes', () => {
  const styles = readFileSync(join(import.meta.dirname, '../../../renderer/styles/base.css'), 'utf8');
  const [, light, dark] = /--ground: light-dark\((#\w+), (#\w+)\)/.exec(styles) ?? [];
  expect(ground).toEqual({ light, dark });
});

test('the menu makes the page larger and smaller, by each of the usual keys, closes the window, and does nothing else', () => {
  const items = applicationMenu.flatMap(({ submenu }) => submenu as MenuItemConstructorOptions[]);
  expect(items.map(({ role, accelerator, visible = true }) => [role, accelerator, visible])).toEqual([
    ['zoomIn', undefined, true],
    ['zoomIn', 'CommandOrControl+=', false],
    ['zoomOut', undefined, true],
    ['resetZoom', undefined, true],
    [undefined, undefined, true],
    ['close', undefined, true],
  ]);
});
