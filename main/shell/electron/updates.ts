import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cancel, Clock, Log } from '../../domain/ports.ts';
import { mayUpdate } from '../update-policy.ts';

/** What we use of electron-updater's `AppUpdater`. */
export interface Updater {
  logger: { info(message?: unknown): void; warn(message?: unknown): void; error(message?: unknown): void } | null;
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  allowPrerelease: boolean;
  allowDowngrade: boolean;
  disableWebInstaller: boolean;
  checkForUpdates(): Promise<{
    readonly downloadPromise?: Promise<unknown> | null;
    readonly cancellationToken?: { cancel(): void } | undefined;
  } | null>;
  on(event: 'update-available' | 'update-downloaded', listener: (info: { readonly version: string }) => void): unknown;
}

export interface UpdateOptions {
  readonly builtForUpdates: boolean;
  readonly isPackaged: boolean;
  readonly platform: string;
  /** Where the package keeps `app-update.yml`. */
  readonly resourcesFolder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** The library, loaded when it is first needed. */
  load(): Promise<Updater>;
}

/** After the start has long been over, then four times a day. */
const firstLookMs = 5 * 60_000;
const betweenLooksMs = 6 * 3_600_000;
/** A download that takes longer is given up, and tried again at the next look. */
const downloadLimitMs = 60 * 60_000;

/**
 * Looks for updates, downloads one in the background and lets it be installed when Tidings quits; nobody is interrupted.
 * Does nothing, and loads nothing, unless this is a signed release on a system that checks signatures.
 *
 * @returns ends the looking.
 */
export function keepUpdated(options: UpdateOptions): Cancel {
  const { builtForUpdates, isPackaged, platform, resourcesFolder, clock, log, load } = options;
  // An ordinary build says nothing and reads nothing.
  if (!builtForUpdates) return () => {};
  const ruling = mayUpdate({ builtForUpdates, isPackaged, platform, source: readSource(resourcesFolder) });
  if (!ruling.may) {
    log.warn('updates.off', { why: ruling.why });
    return () => {};
  }
  let updater: Updater | null = null;

  async function look(): Promise<void> {
    try {
      updater ??= tamed(await load(), log);
      const found = await updater.checkForUpdates();
      const giveUp = clock.after(downloadLimitMs, () => found?.cancellationToken?.cancel());
      await Promise.resolve(found?.downloadPromise).finally(giveUp);
    } catch (error) {
      // Damaged, forged or unreachable: what runs stays, and the next look starts afresh.
      log.warn('updates.failed', { why: codeOf(error) });
    }
  }
  function lookIn(delayMs: number): Cancel {
    return clock.after(delayMs, () => {
      // Set before the look: one that never ends must not be the last.
      next = lookIn(betweenLooksMs);
      void look();
    });
  }
  let next = lookIn(firstLookMs);
  return () => next();
}

/** The library's defaults are not all safe ones; `channel` is never set, because that would allow downgrades again. */
function tamed(updater: Updater, log: Log): Updater {
  // It logs addresses and paths: what is worth knowing is said by its events.
  updater.logger = null;
  updater.autoDownload = true;
  updater.autoInstallOnAppQuit = true;
  updater.disableWebInstaller = true;
  updater.allowPrerelease = false;
  updater.allowDowngrade = false;
  updater.on('update-available', ({ version }) => log.info('updates.found', { version }));
  updater.on('update-downloaded', ({ version }) =>
    log.info('updates.ready', { version, installs: 'when Tidings quits' }),
  );
  return updater;
}

function readSource(folder: string): string | null {
  try {
    return readFileSync(join(folder, 'app-update.yml'), 'utf8');
  } catch {
    return null;
  }
}

/** The library's own code, never its message: that holds addresses and file names. */
function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code.slice(0, 60);
  return error instanceof Error ? error.name : 'unknown';
}
