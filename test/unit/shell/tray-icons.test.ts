import { expect, test } from 'vitest';
import { healthStates } from '../../../main/domain/health.ts';
import { trayIcons } from '../../../main/shell/electron/tray-icons.generated.ts';

const size = (png: Buffer): readonly number[] => [png.readUInt32BE(16), png.readUInt32BE(20)];

test.each([
  ['template', 16],
  ['onDark', 16],
  ['onLight', 16],
  ['outlined', 22],
] as const)('%s has every state in %i pixels and twice that, and no two look the same', (variant, pixels) => {
  const icons = healthStates.map((state) => trayIcons[variant][state].map((png) => Buffer.from(png, 'base64')));

  expect(icons.map((pngs) => pngs.map(size))).toEqual(
    healthStates.map(() => [
      [pixels, pixels],
      [2 * pixels, 2 * pixels],
    ]),
  );
  expect(new Set(icons.flat().map((png) => png.toString('base64'))).size).toBe(2 * healthStates.length);
});
