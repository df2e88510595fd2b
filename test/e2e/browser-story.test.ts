/** The same story as on the Electron double, in the browser shell: what applies there holds, and the rest is named. */
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { playBeats } from '../demo/auto.ts';
import { openBrowserTheatre } from '../demo/browser-theatre.ts';
import type { PlayedBeat } from '../demo/report.ts';
import { story } from '../demo/story.ts';

const bundle = new URL('../../out/main/start-browser.js', import.meta.url);
const limitMs = 180_000;
const silent = { heading: () => {}, event: () => {}, promise: () => {} };
const onWindows = process.platform === 'win32';

describe.skipIf(onWindows)(
  `the story in the browser${onWindows ? ' (not run: its desktop is played by shell scripts)' : ''}`,
  () => {
    let played: readonly PlayedBeat[] = [];
    beforeAll(async () => {
      if (!existsSync(bundle)) throw new Error('The app is not built: npm run build');
      ({ played } = await playBeats(openBrowserTheatre, {}, silent));
    }, limitMs);

    test.each(story.map(({ title }, index) => ({ title, index })))(
      '$title: every promise that applies is held',
      ({ title, index }) => {
        const beat = played[index];
        expect(beat?.beat.title).toBe(title);
        expect(beat?.held.filter(({ held }) => held === false)).toEqual([]);
        expect(beat?.held.some(({ held }) => held === true)).toBe(true);
      },
    );

    test('one promise does not apply, and is told as such', () => {
      const notRun = played.flatMap(({ held }) => held.filter(({ held }) => held === 'notRun'));
      expect(notRun).toEqual([
        {
          promise: 'the tray’s menu begins with the state, then offers the one thing to do',
          held: 'notRun',
          seen: 'this shell has no tray',
        },
      ]);
    });
  },
);
