/** A desktop's programs, played by scripts on the PATH: `xdg-open` and `notify-send`, which tell a folder what they did. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface PlayedToast {
  readonly key: string;
  readonly title: string;
  readonly body: string;
}
export interface PlayedPrograms {
  /** To be put in front of the PATH. */
  readonly folder: string;
  /** What was opened since the last call. */
  opened(): readonly string[];
  /** What is on the screen, oldest first. */
  toasts(): readonly PlayedToast[];
  click(key: string): void;
}

/** A program that waits looks for its click this often, in seconds. */
const lookEverySeconds = 0.1;

export function createPlayedPrograms(folder: string, options: { readonly withoutToasts: boolean }): PlayedPrograms {
  const bin = join(folder, 'bin');
  const desk = join(folder, 'desk');
  for (const each of [bin, desk]) mkdirSync(each, { recursive: true });
  const put = (name: string, lines: readonly string[]): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${lines.join('\n')}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  put('xdg-open', [`printf '%s\\n' "$1" >> '${desk}/opened'`]);
  const notifySend = [
    `if [ "$1" = --help ]; then echo '--action --wait'; exit 0; fi`,
    `toast='${desk}/toast-'$$`,
    // As the real one: told to stop waiting by SIGINT, it takes its toast back.
    `trap 'rm -f "$toast"; exit 0' INT`,
    `trap 'exit 0' TERM`,
    `printf '%s\\0' "$@" > "$toast.new"`,
    `mv "$toast.new" "$toast"`,
    // A desktop that is cleared away leaves no program behind.
    `while [ ! -e "$toast.click" ]; do [ -d '${desk}' ] || exit 0; sleep ${lookEverySeconds} & wait $!; done`,
    `rm -f "$toast" "$toast.click"`,
    'echo default',
  ];
  if (!options.withoutToasts) put('notify-send', notifySend);
  let openedSoFar = 0;
  const order = new Map<string, number>();

  return {
    folder: bin,
    opened() {
      const file = join(desk, 'opened');
      const all = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
      const news = all.slice(openedSoFar);
      openedSoFar = all.length;
      return news;
    },
    toasts() {
      const names = readdirSync(desk).filter((name) => /^toast-\d+$/.test(name));
      for (const name of names) if (!order.has(name)) order.set(name, order.size);
      return names
        .sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
        .flatMap((key) => {
          try {
            const words = readFileSync(join(desk, key), 'utf8').split('\0');
            const at = words.indexOf('--');
            return [{ key, title: words[at + 1] ?? '', body: asShown(words[at + 2] ?? '') }];
          } catch {
            return []; // closed meanwhile
          }
        });
    },
    click: (key) => writeFileSync(join(desk, `${key}.click`), ''),
  };
}

/** As notify-send and the desktop read it: backslashes first, then markup. */
const asShown = (body: string): string =>
  body.replaceAll('\\\\', '\\').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
