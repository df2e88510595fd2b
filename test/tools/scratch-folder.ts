import { mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A month of the app's history, its log and its settings, several times over. */
const wantedBytes = 256 * 1024 * 1024;
const memory = '/dev/shm';

/**
 * A new folder for what an app in a test writes: in memory where there is room. Waiting for a disk is no part of what
 * these tests promise, and a process that is killed leaves the same files either way. No programs may be put there.
 *
 * `TIDINGS_SCRATCH` names another place: a small disk, or one that is cleared away as a whole.
 */
export const scratchFolder = (prefix: string): string =>
  mkdtempSync(join(process.env.TIDINGS_SCRATCH ?? (hasRoom() ? memory : tmpdir()), prefix));

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize >= wantedBytes;
  } catch {
    return false; // only Linux has it
  }
}
