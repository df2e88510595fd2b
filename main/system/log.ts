import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Log, LogFields } from '../domain/ports.ts';
import { createFoldRepeats, type Level, type LogLine } from './fold-repeats.ts';
import { isDenied, maskText } from './masking.ts';

export interface FileLog extends Log {
  /** Path of the file that is written now; older ones end in `.1` to `.4`. */
  readonly file: string;
  /** The last lines, oldest first, also of earlier runs; none when they cannot be read. */
  recent(lines: number): readonly string[];
  close(): void;
}

const FILES = 5;
const FILE_BYTES = 1024 * 1024;
const LONGEST_FIELD = 256;
/** Of a line, in bytes, its end included. */
const LONGEST_LINE = 2_048;
/** Names of fields that we write ourselves. */
const OWN_FIELDS = new Set(['at', 'level', 'event', 'cut', 'lost', 'leftOut', 'lastAt']);
/** What JSON leaves as it is but a terminal, an editor or a reader's eye may obey: C1 controls, line and bidi marks. */
const UNSAFE = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;

/**
 * One JSON object per line into `tidings.log`, mode 0600, five files of 1 MiB. Secrets, addresses and control
 * characters are taken out of every value, so a caller's slip does not become a leak.
 *
 * Warnings that repeat are folded, see `createFoldRepeats()`: nobody reads four hundred times that there is no network.
 *
 * Never throws after it was made: lines that the disk refused are counted and the next one says how many.
 *
 * @param options.folder made if need be.
 * @param options.mirror also gets each line, for example to write it to standard error.
 * @throws the system's error if the folder or the file cannot be made.
 */
export function createFileLog(options: {
  readonly folder: string;
  readonly now: () => Date;
  readonly mirror?: (line: string) => void;
}): FileLog {
  const { folder, now, mirror } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'tidings.log');
  let descriptor: number | null = openLog(file);
  let size = fstatSync(descriptor).size;
  let lost = 0;
  /** The disk took only the beginning of a line. */
  let isTorn = false;
  let closed = false;
  const folded = createFoldRepeats();

  function rotate(): void {
    if (descriptor !== null) closeSync(descriptor);
    descriptor = null;
    // Not when a try before this one got as far as here: moving again would push the oldest out for nothing.
    if (existsSync(file)) {
      for (let n = FILES - 1; n >= 1; n -= 1) moveIfThere(n === 1 ? file : `${file}.${n - 1}`, `${file}.${n}`);
    }
    descriptor = openLog(file);
    size = fstatSync(descriptor).size;
  }

  function write(level: Level, event: string, fields: LogFields = {}): void {
    const at = now();
    for (const line of folded.take(level, event, fields, at)) put(line, at);
  }
  function put({ level, event, fields, ...counts }: LogLine, at: Date): void {
    const line = formatLine(at, level, event, fields, { ...counts, lost });
    mirror?.(line);
    if (closed) return;
    try {
      const bytes = Buffer.from(isTorn ? `\n${line}` : line);
      if (descriptor === null || size + bytes.length > FILE_BYTES) rotate();
      if (descriptor === null) throw new Error('no file');
      const written = writeSync(descriptor, bytes);
      size += written;
      isTorn = written < bytes.length;
      lost = isTorn ? lost + 1 : 0;
    } catch {
      lost += 1;
    }
  }

  return {
    file,
    recent(lines) {
      for (const line of folded.rest()) put(line, now());
      return lastLines(file, lines);
    },
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
    close() {
      for (const line of closed ? [] : folded.rest()) put(line, now());
      closed = true;
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
  };
}

/**
 * One line, its end included: instant, level, event, then the fields, masked and capped. Fields that do not fit into
 * the line are left out and `cut` says so.
 *
 * @param counts `lost`: how many lines before this one could not be written; the others as in `LogLine`.
 */
export function formatLine(
  at: Date,
  level: Level,
  event: string,
  fields: LogFields,
  { lost = 0, leftOut, lastAt }: Pick<LogLine, 'leftOut' | 'lastAt'> & { readonly lost?: number } = {},
): string {
  const head: Record<string, unknown> = { at: at.toISOString(), level, event: cap(maskText(event)) };
  if (lost > 0) head.lost = lost;
  if (leftOut !== undefined) head.leftOut = leftOut;
  if (lastAt !== undefined) head.lastAt = lastAt.toISOString();
  let line = encode(head);
  let isCut = false;
  const written: Record<string, unknown> = { ...head };
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const key = OWN_FIELDS.has(name) ? `${name}_` : cap(maskText(name));
    const longer = encode({ ...written, [key]: fieldValue(name, value) });
    if (Buffer.byteLength(longer) > LONGEST_LINE - ',"cut":true'.length) {
      isCut = true;
      continue;
    }
    written[key] = fieldValue(name, value);
    line = longer;
  }
  return isCut ? encode({ ...written, cut: true }) : line;
}

function fieldValue(name: string, value: string | number | boolean | null): string | number | boolean | null {
  if (typeof value !== 'string') return value;
  return isDenied(name) ? '[denied]' : cap(maskText(value));
}

const cap = (text: string): string => {
  if (text.length <= LONGEST_FIELD) return text;
  return `${text.slice(0, LONGEST_FIELD - 1).toWellFormed()}…`;
};

const encode = (entry: Readonly<Record<string, unknown>>): string =>
  `${JSON.stringify(entry).replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;

function openLog(file: string): number {
  const descriptor = openSync(file, 'a', 0o600);
  // One that an earlier umask or version left more open.
  chmodSync(file, 0o600);
  return descriptor;
}

/** From the file that is written now and, where that is too short, from the one before it. */
function lastLines(file: string, count: number): readonly string[] {
  const now = linesAtEnd(file, count);
  return now.length < count ? [...linesAtEnd(`${file}.1`, count - now.length), ...now] : now;
}
function linesAtEnd(file: string, count: number): readonly string[] {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(file, 'r');
    const { size } = fstatSync(descriptor);
    const bytes = Buffer.alloc(Math.min(size, count * LONGEST_LINE));
    const read = readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
    const lines = bytes.toString('utf8', 0, read).split('\n');
    // What stands before the first end of a line is a whole one only at the beginning of the file.
    const whole = read === size ? lines : lines.slice(1);
    return whole.filter((line) => line !== '').slice(-count);
  } catch {
    return [];
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
