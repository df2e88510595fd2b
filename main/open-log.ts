import type { Failure } from './domain/failure.ts';
import type { Clock } from './domain/ports.ts';
import { type AppFolder, createAppFolder, folderRefused } from './system/folders.ts';
import { createFileLog, type FileLog } from './system/log.ts';

/**
 * The app's own folder and the log in it, with which everything begins. What nobody catches is written there from now on.
 *
 * @param door.mirror  each line once more, for whoever develops.
 * @param door.refused told why there can be no log, as on a disk that is read-only; it ends the process.
 */
export function openLog(door: {
  readonly folder: AppFolder;
  readonly clock: Pick<Clock, 'now'>;
  readonly mirror?: (line: string) => void;
  readonly refused: (failure: Failure) => never;
}): FileLog {
  const { folder, clock, mirror, refused } = door;
  let log: FileLog;
  try {
    createAppFolder(folder);
    log = createFileLog({ folder: folder.logs, now: () => clock.now(), ...(mirror === undefined ? {} : { mirror }) });
  } catch (cause) {
    return refused(folderRefused(folder.root, cause));
  }
  process.on('uncaughtException', (error) => log.error('uncaught', { error: error.stack ?? String(error) }));
  process.on('unhandledRejection', (error) => log.error('unhandled', { error: String(error) }));
  return log;
}
