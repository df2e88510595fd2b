import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Damaged databases kept beside the new one; older ones are deleted. */
const KEPT = 3;
/** The write-ahead log and its index belong to the database of the same name. The database goes last. */
const SUFFIXES = ['-wal', '-shm', ''];

/** When the database or its log was last written, or null when neither is there. */
export function lastWrittenAt(file: string, now: Date): Date | null {
  const times = ['', '-wal'].map((suffix) => statSync(`${file}${suffix}`, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  const latest = Math.max(...times);
  // From a time that is still to come it was written by a clock that was wrong; nothing can have been lost since then.
  return latest === 0 ? null : new Date(Math.min(latest, now.getTime()));
}

/** Moves the file and what belongs to it to a name that says what it is and since when. Returns the new base name. */
export function moveAside(file: string, now: Date): string {
  const stem = `${file}.damaged-${now.toISOString().replace(/[:.]/g, '-')}`;
  let aside = stem;
  for (let n = 2; existsSync(aside); n += 1) aside = `${stem}-${n}`;
  for (const suffix of SUFFIXES) {
    if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${aside}${suffix}`);
  }
  forgetOldOnes(file);
  return basename(aside);
}

function forgetOldOnes(file: string): void {
  const folder = dirname(file);
  const prefix = `${basename(file)}.damaged-`;
  const databases = readdirSync(folder).filter((name) => name.startsWith(prefix) && !/-(wal|shm)$/.test(name));
  for (const name of databases.sort().slice(0, -KEPT)) {
    for (const suffix of SUFFIXES) rmSync(join(folder, `${name}${suffix}`), { force: true });
  }
}
