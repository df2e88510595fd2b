import { expect, test } from 'vitest';
import { tooOld } from '../../tools/electron-age.ts';

const published = {
  created: '2014-01-01T00:00:00.000Z',
  '43.0.0': '2026-06-01T00:00:00.000Z',
  '44.0.0': '2026-08-01T00:00:00.000Z',
  '44.0.1': '2026-11-20T00:00:00.000Z',
  '45.0.0': '2026-10-01T00:00:00.000Z',
  '45.1.0': '2026-10-10T00:00:00.000Z',
  '45.10.0': '2026-11-01T00:00:00.000Z',
  '46.0.0': '2026-11-10T00:00:00.000Z',
  '47.0.0-beta.1': '2026-11-19T00:00:00.000Z',
};
const now = new Date('2026-11-21T09:00:00Z');

test.each([
  ['45.10.0', 'the newest of its kind'],
  ['44.0.0', 'a newer patch is one day out'],
  ['46.0.0', 'the newest of all'],
])('%s may be shipped: %s', (version) => {
  expect(tooOld(version, published, now)).toBeNull();
});

test('a patch that has been out for more than 14 days must be taken, counted from the first one missed', () => {
  expect(tooOld('45.0.0', published, now)).toBe(
    'Electron 45.10.0 is out, and 45.1.0 has been since 2026-10-10: take it',
  );
  expect(tooOld('45.1.0', published, new Date('2026-11-15T00:00:00Z'))).toBeNull();
  expect(tooOld('45.1.0', published, new Date('2026-11-15T00:00:01Z'))).toContain('45.10.0 has been since 2026-11-01');
});

test('a major version that is not among the three newest gets no fixes; betas do not count', () => {
  expect(tooOld('43.0.0', published, now)).toBe('Electron 43 gets no more security fixes: those of 46, 45, 44 do');
});

test('what is no released version is a mistake', () => {
  expect(() => tooOld('^45.0.0', published, now)).toThrow('no released version');
});
