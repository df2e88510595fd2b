/** Lines for a terminal: aligned, calm, coloured only where somebody sees the colours. */
import { styleText } from 'node:util';

export interface Printer {
  /** An empty line in front, and bold. */
  heading(text: string): void;
  /** One thing that happened. Repetitions in a row are counted, not printed again. */
  event(at: Date, who: string, text: string): void;
  promise(text: string, held: boolean | 'notRun', seen: string): void;
  plain(text: string): void;
}

export interface PrinterOptions {
  readonly write: (line: string) => void;
  readonly timeZone: string;
  readonly colours: boolean;
  /** Longer lines go on below their own words; null leaves that to the terminal, as in a very narrow one. */
  readonly columns: number | null;
}

type Style = Parameters<typeof styleText>[0];
const styles: Readonly<Record<string, Style>> = { tray: 'bold', page: 'bold', toast: 'cyan', you: 'magenta' };
const textColumn = 22;

/** As the standard output is: `NO_COLOR` and `FORCE_COLOR` are honoured. */
export function terminalPrinter(timeZone: string): Printer {
  const { stdout } = process;
  return createPrinter({
    write: (line) => console.log(line),
    timeZone,
    colours: stdout.isTTY === true && stdout.hasColors(),
    columns: stdout.isTTY === true && stdout.columns >= 60 ? stdout.columns : null,
  });
}

export function createPrinter({ write, timeZone, colours, columns }: PrinterOptions): Printer {
  const dress = (style: Style, text: string): string =>
    colours ? styleText(style, text, { validateStream: false }) : text;
  const clock = clockIn(timeZone);
  let last = '';
  let repeated: { count: number; at: Date } | null = null;

  function flush(): void {
    if (repeated === null) return;
    const { count, at } = repeated;
    repeated = null;
    write(dress('dim', `${' '.repeat(textColumn)}… and ${count} more of these, until ${clock(at)}`));
  }
  function row(left: string, text: string, style: Style | undefined): void {
    const lines = wrap(text, columns === null ? Number.POSITIVE_INFINITY : columns - textColumn);
    lines.forEach((each, index) => {
      const words = style === undefined ? each : dress(style, each);
      write(`${index === 0 ? left : ' '.repeat(textColumn)}${words}`);
    });
  }

  return {
    heading(text) {
      flush();
      last = '';
      write('');
      for (const line of wrap(text, columns ?? Number.POSITIVE_INFINITY)) write(dress('bold', line));
    },
    event(at, who, text) {
      const told = shortened(text);
      if (`${who} ${told}` === last) {
        repeated = { count: (repeated?.count ?? 0) + 1, at };
        return;
      }
      flush();
      last = `${who} ${told}`;
      row(`${dress('dim', `  ${clock(at)}`)}  ${who.padEnd(textColumn - 12)}`, told, styles[who]);
    },
    promise(text, held, seen) {
      flush();
      last = '';
      const [style, word]: [Style, string] =
        held === 'notRun' ? ['yellow', 'not run'] : held ? ['green', 'held'] : ['red', 'BROKEN'];
      const why = held === true ? '' : held === 'notRun' ? ` (${seen})` : ` (seen: ${seen || 'nothing'})`;
      row(`${' '.repeat(12)}${dress(style, word.padEnd(textColumn - 12))}`, `${text}${why}`, undefined);
    },
    plain(text) {
      flush();
      for (const line of wrap(text, columns ?? Number.POSITIVE_INFINITY)) write(line);
    },
  };
}

/** `10:35:26` as clocks show it there. */
export function clockIn(timeZone: string): (at: Date) => string {
  const format = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone });
  return (at) => format.format(at);
}

/** Ids and tunnel names say nothing to a reader beyond being the same or another. */
export function shortened(text: string): string {
  return text
    .replaceAll(/\b([a-z0-9]{8})[a-z0-9]{12,}(?=\.loca\.lt)/g, '$1…')
    .replaceAll(/\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '$1…');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > Math.max(20, width)) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines;
}
