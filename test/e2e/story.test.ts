/** The whole story on the built app in the Electron double: every promise of every beat is a test. */
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { playBeats } from '../demo/auto.ts';
import type { PlayedBeat } from '../demo/report.ts';
import { story } from '../demo/story.ts';
import { openTheatre } from '../demo/theatre.ts';

const bundle = new URL('../../out/main/start-electron.js', import.meta.url);
const limitMs = 180_000;
const silent = { heading: () => {}, event: () => {}, promise: () => {} };

describe('the story', () => {
  let played: readonly PlayedBeat[] = [];
  beforeAll(async () => {
    if (!existsSync(bundle)) throw new Error('The app is not built: npm run build');
    ({ played } = await playBeats(openTheatre, {}, silent));
  }, limitMs);

  test.each(story.map(({ title }, index) => ({ title, index })))(
    '$title: every promise is held',
    ({ title, index }) => {
      const beat = played[index];
      expect(beat?.beat.title).toBe(title);
      expect(beat?.held.filter(({ held }) => !held)).toEqual([]);
      expect(beat?.held.length).toBeGreaterThan(0);
    },
  );

  test('every beat leaves a picture of the desktop', () => {
    const sizes = played.map(({ pictures }) => pictures.at(-1)?.png.readUInt32BE(16));
    expect(sizes).toEqual(story.map(() => 1440));
  });
});
