/** Plays the whole story on the virtual clock, checks every promise, writes the report. */
import { resolve } from 'node:path';
import { type Printer, shortened, terminalPrinter } from './printer.ts';
import { type PlayedBeat, writeReport } from './report.ts';
import { type Held, story } from './story.ts';
import { openTheatre, storyZone, type Theatre, type TheatreOptions } from './theatre.ts';

export const storyStart = new Date('2026-11-21T09:00:00Z');
/** Real milliseconds for all of it; a hang must not look like patience. */
const limitMs = 5 * 60_000;

export const whatIsReal =
  'Real: the built Electron app (main, preload, renderer), MSAL, SQLite, the localtunnel client, HTTP, Chromium.';
export const whatIsPlayed =
  'Played: Microsoft’s cloud and the relay, the person, the desktop around the app, its keyring, and time.';

/** Called after each beat, with the theatre as it was left; says whether to go on. */
export type AfterBeat = (beat: PlayedBeat, theatre: Theatre) => Promise<'go on' | 'enough'>;

/** Opens a theatre, plays the story beat by beat, and closes it again, whatever happens. */
export async function playBeats(
  options: Pick<TheatreOptions, 'theme'>,
  out: Pick<Printer, 'heading' | 'event' | 'promise'>,
  afterBeat: AfterBeat = async () => 'go on',
): Promise<{ readonly played: readonly PlayedBeat[]; readonly browser: string }> {
  let lines: PlayedBeat['lines'][number][] = [];
  const line = (at: Date, who: string, text: string): void => {
    lines.push({ at, who, text: shortened(text) });
    out.event(at, who, text);
  };
  const theatre = await openTheatre({
    ...options,
    start: storyStart,
    onToast: (toast) => line(toast.at, 'toast', `${toast.title} · ${toast.body.replaceAll('\n', ' ')}`),
  });
  const signals = endOnSignals(() => theatre.stop());
  const { desktop } = theatre.app;
  theatre.cloud.onEvent((event) => line(event.at, event.site, event.text));
  let tray = '';
  const stopWatching = desktop.onChange(() => {
    const now = theatre.tray();
    if (now !== tray) line(theatre.now(), 'tray', now);
    tray = now;
  });

  const played: PlayedBeat[] = [];
  try {
    for (const [index, beat] of story.entries()) {
      out.heading(`${index + 1}. ${beat.title}: ${beat.about}`);
      const held: Held[] = [];
      const pictures: PlayedBeat['pictures'][number][] = [];
      lines = [];
      const picture = async (caption: string): Promise<void> => {
        await theatre.letToastsExpire();
        // The hand leaves the tray: its tooltip would cover a toast.
        await desktop.page.mouse.move(desktop.size.width / 2, desktop.size.height - 40);
        pictures.push({ caption, png: await desktop.picture() });
      };
      try {
        await beat.play(theatre, (promise, kept, seen = '') => held.push({ promise, held: kept, seen }), picture);
      } catch (error) {
        held.push({
          promise: 'the beat could be played',
          held: false,
          seen: error instanceof Error ? error.message : String(error),
        });
      }
      for (const { promise, held: kept, seen } of held) out.promise(promise, kept, seen);
      await picture('');
      const done = { beat, at: theatre.now(), tray: theatre.tray(), held, pictures, lines };
      played.push(done);
      if ((await afterBeat(done, theatre)) === 'enough') break;
    }
  } catch (error) {
    // The stage was taken away under the story; what it says then is nobody's business.
    if (signals.came()) await new Promise(() => {});
    throw error;
  } finally {
    stopWatching();
    signals.forget();
    await theatre.stop();
  }
  return { played, browser: `Chromium ${desktop.browser.version} (${desktop.browser.source})` };
}

/** @returns the exit status: 0 only if every promise was held. */
export async function playStory(): Promise<number> {
  const out = terminalPrinter(storyZone);
  const began = performance.now();
  const limit = setTimeout(() => {
    out.plain(`The story did not end within ${limitMs / 60_000} minutes.`);
    process.exit(1);
  }, limitMs);
  out.plain(`${whatIsReal}\n${whatIsPlayed}`);
  const { played, browser } = await playBeats({}, out).finally(() => clearTimeout(limit));

  const all = played.flatMap((beat) => beat.held);
  const kept = all.filter((each) => each.held).length;
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const report = writeReport(resolve('demo-report'), played, { browser, seconds, timeZone: storyZone });
  out.heading(`${kept} of ${all.length} promises held, in ${seconds} s.`);
  out.plain(`Pictures of every beat: ${report}`);
  return kept === all.length ? 0 : 1;
}

/** Ctrl-C must leave neither processes nor temporary folders behind. */
function endOnSignals(stop: () => Promise<void>): { came(): boolean; forget(): void } {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let came = false;
  const onSignal = (): void => {
    if (came) return; // npm passes Ctrl-C on: it comes twice
    came = true;
    setTimeout(() => process.exit(130), 10_000);
    const exit = (): never => process.exit(130);
    stop().then(exit, exit);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    came: () => came,
    forget: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
