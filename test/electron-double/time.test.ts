import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Desktop, startDesktop } from './desktop.ts';
import { ask, launchFixture, told } from './fixture.ts';

const START = new Date('2026-03-02T09:15:00.000Z');
const HOUR = 3_600_000;
let desktop: Desktop;
beforeAll(async () => {
  desktop = await startDesktop({ time: { start: START } });
});
afterAll(async () => {
  await desktop?.stop();
});
afterEach(async () => {
  await desktop.kill();
  await desktop.time.set(START);
});

test('time stands still until it is moved, for main and for pages', async () => {
  const { page } = await launchFixture(desktop);
  const pageNow = () => page.evaluate(() => [new Date().toISOString(), Date.now(), new Date(0).getTime()]);
  expect([await ask(page, 'now'), await pageNow()]).toEqual([START, [START.toISOString(), START.getTime(), 0]]);
  await desktop.time.advance(HOUR);
  const later = new Date(START.getTime() + HOUR);
  expect([await ask(page, 'now'), await pageNow()]).toEqual([later, [later.toISOString(), later.getTime(), 0]]);
  await page.reload();
  expect(await pageNow()).toEqual([later.toISOString(), later.getTime(), 0]);
});

test('advancing runs every timer at its own time, in order, also one that a timer sets', async () => {
  const { page } = await launchFixture(desktop);
  await ask(page, 'alarm', 40 * 60_000);
  await ask(page, 'alarm', 10 * 60_000);
  await ask(page, 'alarm', 2 * HOUR);
  const steps: string[] = [];
  await desktop.time.advance(HOUR, { onStep: (ms) => void steps.push(new Date(ms).toISOString().slice(11, 16)) });
  expect(await told(page, '09:55')).toEqual(['alarm at 2026-03-02T09:25:00.000Z', 'alarm at 2026-03-02T09:55:00.000Z']);
  expect(steps).toEqual(['09:25', '09:55', '10:15']);
  expect(desktop.time.now()).toEqual(new Date('2026-03-02T10:15:00Z'));
});

test('a leap of the clock runs what is due afterwards, once, as after sleep', async () => {
  const { page } = await launchFixture(desktop);
  await ask(page, 'alarm', 60_000);
  await desktop.time.jump(9 * HOUR);
  expect(await told(page, 'alarm')).toEqual(['alarm at 2026-03-02T18:15:00.000Z']);
});

test('a clock set back keeps timers waiting no longer than before', async () => {
  const { page } = await launchFixture(desktop);
  await ask(page, 'alarm', 60_000);
  await desktop.time.jump(-HOUR);
  await desktop.time.advance(60_000);
  expect(await told(page, 'alarm')).toEqual(['alarm at 2026-03-02T08:16:00.000Z']);
});

test('time goes on while the app is dead, and the next start sees it', async () => {
  await launchFixture(desktop);
  await desktop.kill();
  await desktop.time.advance(4 * 24 * HOUR, { stepMs: 12 * HOUR });
  const { page } = await launchFixture(desktop);
  expect(await ask(page, 'now')).toEqual(new Date('2026-03-06T09:15:00.000Z'));
});

test('flowing time starts where it is told and goes on by itself, timers included', async () => {
  const flowing = await startDesktop({ time: { start: START, mode: 'flowing' } });
  try {
    const { page } = await launchFixture(flowing);
    await ask(page, 'alarm', 200);
    const [alarm = ''] = await told(page, 'alarm');
    const sinceStart = [new Date(alarm.slice('alarm at '.length)), await page.evaluate(() => Date.now())].map(
      (at) => Number(at) - START.getTime(),
    );
    expect(sinceStart.every((ms) => ms > 0 && ms < 20_000)).toBe(true);
  } finally {
    await flowing.stop();
  }
});

test('a desktop in real time refuses to have its clock moved', async () => {
  const real = await startDesktop();
  try {
    await expect(real.time.advance(1)).rejects.toThrow('keeps real time');
  } finally {
    await real.stop();
  }
});
