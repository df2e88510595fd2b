/** Plays the whole story on the virtual clock, checks every promise, writes the report. */
import { resolve } from 'node:path';
import { openBrowserTheatre } from './browser-theatre.ts';
import { type Printer, shortened, terminalPrinter } from './printer.ts';
import { type PlayedBeat, writeReport } from './report.ts';
import { type Held, story } from './story.ts';
import { openTheatre, storyZone, type Theatre, type TheatreOptions } from './theatre.ts';

export const storyStart = new Date('2026-11-21T09:00:00Z');
/** Real milliseconds for all of it; a hang must not look like patience. */
const limitMs = 5 * 60_000;

export type ShellName = 'double' | 'browser';
/** What the reader has to know, in one line each. */
export const honestly: Readonly<
  Record<ShellName, { readonly real: string; readonly played: string; readonly notHere: string }>
> = {
  double: {
    real: 'the built Electron app (main, preload, renderer), MSAL, SQLite, the localtunnel client, HTTP and TLS, Chromium.',
    played: 'Microsoft’s cloud and the relay, the person, the desktop around the app, its keyring, and time.',
    notHere: 'Electron’s own binary: its place is taken by a double. A green story is not an Electron run.',
  },
  browser: {
    real: 'the built browser shell and its page, MSAL, SQLite, the localtunnel client, HTTP and TLS, Chromium.',
    played:
      'Microsoft’s cloud and the relay, the person, the desktop’s programs (xdg-open, notify-send), its keyring, and time.',
    notHere: 'a tray: the browser shell has none, and the page’s title tells the state instead.',
  },
};

/** Called after each beat, with the theatre as it was left; says whether to go on. */
export type AfterBeat<T extends Theatre> = (beat: PlayedBeat, theatre: T) => Promise<'go on' | 'enough'>;

/** Opens a theatre, plays the story beat by beat, and closes it again, whatever happens. */
export async function playBeats<T extends Theatre>(
  open: (options: TheatreOptions) => Promise<T>,
  options: Pick<TheatreOptions, 'theme'>,
  out: Pick<Printer, 'heading' | 'event' | 'promise'>,
  afterBeat: AfterBeat<T> = async () => 'go on',
): Promise<{ readonly played: readonly PlayedBeat[]; readonly browser: string }> {
  let lines: PlayedBeat['lines'][number][] = [];
  const line = (at: Date, who: string, text: string): void => {
    lines.push({ at, who, text: shortened(text) });
    out.event(at, who, text);
  };
  const theatre = await open({
    ...options,
    start: storyStart,
    onToast: (toast) => line(toast.at, 'toast', `${toast.title} · ${toast.body.replaceAll('\n', ' ')}`),
  });
  const signals = endOnSignals(() => theatre.stop());
  theatre.cloud.onEvent((event) => {
    // Chromium asks its maker about every form, by itself: no part of the story.
    if (!event.text.includes('content-autofill.googleapis.com')) line(event.at, event.site, event.text);
  });
  let tray = '';
  const stopWatching = theatre.onTray(() => {
    const now = theatre.tray();
    if (now !== tray) line(theatre.now(), theatre.menu() === null ? 'page' : 'tray', now);
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
        pictures.push({ caption, png: await theatre.picture() });
      };
      try {
        const keep = (promise: string, kept: boolean | 'notRun', seen = ''): void =>
          void held.push({ promise, held: kept, seen });
        await beat.play(theatre, keep, picture);
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
  return { played, browser: theatre.browser };
}

/** @returns the exit status: 0 only if every promise was held. */
export async function playStory(shell: ShellName): Promise<number> {
  const out = terminalPrinter(storyZone);
  const began = performance.now();
  const limit = setTimeout(() => {
    out.plain(`The story did not end within ${limitMs / 60_000} minutes.`);
    process.exit(1);
  }, limitMs);
  const about = honestly[shell];
  out.plain(`Real: ${about.real}\nPlayed: ${about.played}`);
  const open: (options: TheatreOptions) => Promise<Theatre> = shell === 'browser' ? openBrowserTheatre : openTheatre;
  const { played, browser } = await playBeats(open, {}, out).finally(() => clearTimeout(limit));

  const promises = played.flatMap((beat) => beat.held);
  const all = promises.filter((each) => each.held !== 'notRun');
  const kept = all.filter((each) => each.held).length;
  const notRun = promises.length - all.length;
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const report = writeReport(resolve('demo-report'), played, { browser, seconds, timeZone: storyZone, about });
  const untold = notRun === 0 ? '' : `, ${notRun} not run`;
  out.heading(`${kept} of ${all.length} promises held${untold}, in ${seconds} s.`);
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
