import { createApi, type Line } from '../preload/api.ts';
import type { TidingsApi } from '../preload/contract.ts';

/** Put there by the preload (Electron), before any of our code runs. */
type TidingsWindow = Window & { readonly tidings?: TidingsApi };

let overHttp: TidingsApi | null = null;

/** The only way to main: over Electron's bridge, or, in a browser, to the server that the page came from. */
export function bridge(): TidingsApi {
  const { tidings } = window as TidingsWindow;
  if (tidings !== undefined) return tidings;
  overHttp ??= createApi(lineOnceOpen(import('./browser-bridge.ts').then(({ openLine }) => openLine())));
  return overHttp;
}

/** Electron's window never loads the client for browsers, and in a browser nobody has to wait before asking. */
function lineOnceOpen(line: Promise<Line>): Line {
  return {
    ask:
      (channel) =>
      async (...args) =>
        (await line).ask(channel)(...args),
    listen: (push) => (listener) => {
      let stop: (() => void) | null = null;
      let isStopped = false;
      line.then(
        (open) => {
          if (!isStopped) stop = open.listen(push)(listener);
        },
        () => {}, // whoever asks hears of it
      );
      return () => {
        isStopped = true;
        stop?.();
      };
    },
  };
}
