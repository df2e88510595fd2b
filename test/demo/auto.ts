/** Plays the whole story on the virtual clock, checks every promise, writes the report. */
import { resolve } from 'node:path';
import { type PlayedBeat, writeReport } from './report.ts';
import { type Held, story } from './story.ts';
import { openTheatre } from './theatre.ts';

const start = new Date('2026-11-21T09:00:00Z');
/** Real milliseconds for all of it; a hang must not look like patience. */
const limitMs = 5 * 60_000;

export const whatIsReal =
  'Real: the built Electron app (main, preload, renderer), MSAL, SQLite, the localtunnel client, HTTP, Chromium. ' +
  'Played: Microsoft’s cloud and the relay, the person, the desktop around the app, its keyring, and time.';

/** @returns the exit status: 0 only if every promise was held. */
export async function playStory(say: (line: string) => void): Promise<number> {
  const began = performance.now();
  const limit = setTimeout(() => {
    say(`The story did not end within ${limitMs / 60_000} minutes.`);
    process.exit(1);
  }, limitMs);
  say(`${whatIsReal}\n`);

  let lines: string[] = [];
  const clock = (at: Date): string => at.toISOString().slice(11, 19);
  const line = (at: Date, text: string): void => {
    lines.push(`${clock(at)}  ${text}`);
    say(`  ${clock(at)}  ${text}`);
  };
  const theatre = await openTheatre(start, (toast) =>
    line(toast.at, `toast    ${toast.title} | ${toast.body.replaceAll('\n', ' ')}`),
  );
  const { browser } = theatre.app.desktop;
  theatre.cloud.onEvent((event) => line(event.at, `${event.site.padEnd(8)} ${event.text}`));
  let tray = '';
  theatre.app.desktop.onChange(() => {
    const now = theatre.tray();
    if (now !== tray) line(theatre.now(), `tray     ${now}`);
    tray = now;
  });

  const played: PlayedBeat[] = [];
  try {
    for (const [index, beat] of story.entries()) {
      say(`\n${index + 1}. ${beat.title}: ${beat.about}`);
      const held: Held[] = [];
      lines = [];
      try {
        await beat.play(theatre, (promise, kept, seen = '') => held.push({ promise, held: kept, seen }));
      } catch (error) {
        held.push({
          promise: 'the beat could be played',
          held: false,
          seen: error instanceof Error ? error.message : String(error),
        });
      }
      for (const { promise, held: kept, seen } of held)
        say(kept ? `  held     ${promise}` : `  BROKEN   ${promise} (seen: ${seen})`);
      played.push({
        beat,
        at: theatre.now(),
        tray: theatre.tray(),
        held,
        picture: await theatre.app.desktop.picture(),
        lines,
      });
    }
  } finally {
    await theatre.stop();
    clearTimeout(limit);
  }

  const all = played.flatMap((beat) => beat.held);
  const kept = all.filter((each) => each.held).length;
  const took = ((performance.now() - began) / 1000).toFixed(0);
  const about = `Played on Chromium ${browser.version} (${browser.source}) in ${took} s. ${whatIsReal}`;
  const report = writeReport(resolve('demo-report'), played, about);
  say(`\n${kept} of ${all.length} promises held, in ${took} s. Pictures of every beat: ${report}`);
  return kept === all.length ? 0 : 1;
}
