/** The demo that a person plays: the drawn desktop with the app, and a panel that plays Microsoft and the machine. */
import type { Page } from 'playwright';
import { honestly } from './auto.ts';
import { liveActions } from './live-actions.ts';
import { type LiveWorld, openLiveWorld } from './live-world.ts';
import type { PanelEvent, PanelGroup, PanelRequest, PanelState } from './panel/state.ts';
import { openPanel, type Panel } from './panel.ts';
import { clockIn, type Printer, shortened } from './printer.ts';
import { ada, type TheatreOptions } from './theatre.ts';

export interface LiveDemo {
  readonly world: LiveWorld;
  readonly panel: Panel;
  /** Resolves once somebody closed the desktop's window, the panel or the browser; says which. */
  readonly closed: Promise<string>;
  /** Presses a button of the panel; resolves when it is done. */
  press(request: PanelRequest): Promise<void>;
  stop(): Promise<void>;
}

/** Real milliseconds from one drawing of the panel to the next. */
const drawMs = 250;
const keptEvents = 100;
const titles = [...new Set(liveActions.map(({ group }) => group))];

export async function openLiveDemo(options: TheatreOptions, out: Printer, timeZone: string): Promise<LiveDemo> {
  const clock = clockIn(timeZone);
  const events: PanelEvent[] = [];
  let numbers = 0;
  let said = 'Begin in the app’s window, or at the envelope on the desktop: sign in.';
  let isBusy = false;
  let stopping: Promise<void> | null = null;

  const tell = (at: Date, who: string, text: string): void => {
    if (stopping !== null) return;
    out.event(at, who, text);
    const told = shortened(text);
    const before = events.at(-1);
    if (before?.who === who && before.text === told) return;
    numbers += 1;
    events.push({ number: numbers, clock: clock(at), who, text: told });
    if (events.length > keptEvents) events.shift();
  };
  const world = await openLiveWorld(
    {
      ...options,
      timeZone,
      onToast: (toast) => tell(toast.at, 'toast', `${toast.title} · ${toast.body.replaceAll('\n', ' ')}`),
    },
    (sentence) => tell(new Date(), 'demo', sentence),
  );
  const { theatre } = world;
  const { desktop } = theatre.app;
  const trayWords = (): string => theatre.tray().replace(/^Tidings – /, '');
  theatre.cloud.onEvent((event) => tell(event.at, event.site, event.text));
  let tray = trayWords();
  desktop.onChange(() => {
    if (trayWords() !== tray) tell(theatre.now(), 'tray', trayWords());
    tray = trayWords();
  });

  const groups = (): PanelGroup[] =>
    titles.map((title) => ({
      title,
      actions: liveActions
        .filter(({ group }) => group === title)
        .map(({ id, label, about, isOn, obstacle }) => {
          const why = obstacle?.(world) ?? null;
          return {
            id,
            label: label(world),
            about: why ?? about,
            isPossible: why === null,
            isOn: isOn?.(world) ?? false,
          };
        }),
    }));
  const state = (): PanelState => ({
    theme: world.isDark() ? 'dark' : 'light',
    real: `Real: ${honestly.double.real}`,
    played: `Played: ${honestly.double.played}`,
    clock: clock(theatre.now()),
    tray: trayWords(),
    trayIcon: desktop.tray()?.iconDataUrl ?? '',
    account: ada,
    password: theatre.cloud.entra.currentPassword(ada),
    said,
    isBusy,
    groups: groups(),
    events,
  });

  async function drawNow(): Promise<void> {
    if (panel !== null && stopping === null) await panel.draw(state()).catch(() => {}); // it is being closed
  }
  async function press({ id, words }: PanelRequest): Promise<void> {
    const action = liveActions.find((each) => each.id === id);
    if (action === undefined || isBusy) return;
    isBusy = true;
    said = `${action.label(world)} …`;
    tell(theatre.now(), 'you', action.label(world));
    await drawNow();
    try {
      // Looked at in its turn: what the button showed may be over by then.
      said = await world.queue(async () => action.obstacle?.(world) ?? (await action.run(world, words)));
    } catch (error) {
      said = `That did not work: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`;
    } finally {
      isBusy = false;
    }
    await drawNow();
  }

  let panel: Panel | null = null;
  const browser = desktop.page.context().browser();
  if (browser === null) throw new Error('the desktop has no browser');
  try {
    panel = await openPanel(browser, desktop.headed, (request) => void press(request));
    const opened = panel;
    if (await opened.prefersDark()) await world.setDark(true);
    await opened.draw(state());
    await theatre.app.start(theatre.now().getTime());
    const drawing = setInterval(() => void drawNow(), drawMs);
    const over = Promise.withResolvers<string>();
    const closes = (page: Page, what: string) => page.on('close', () => over.resolve(what));
    closes(desktop.page, 'The desktop was closed.');
    closes(opened.page, 'The control panel was closed.');
    browser.on('disconnected', () => over.resolve('The browser has ended.'));
    return {
      world,
      panel: opened,
      closed: over.promise,
      press,
      stop() {
        clearInterval(drawing);
        stopping ??= world.stop();
        return stopping;
      },
    };
  } catch (error) {
    await world.stop();
    throw error;
  }
}
