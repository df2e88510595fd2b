import { compose } from './compose.ts';
import { type Core, createCoreHost } from './core/host.ts';
import type { About } from './domain/diagnostics.ts';
import type { MachineClock } from './domain/ports.ts';
import { openWorld } from './open-world.ts';
import type { Desktop } from './shell/shell.ts';
import { type AppFolder, policyPath } from './system/folders.ts';
import type { FileLog } from './system/log.ts';
import { createSettingsDesk } from './system/settings-desk.ts';
import { createSettingsFile } from './system/settings-file.ts';

/**
 * The app behind a front door: its settings, and a core that starts anew when they ask for it. Nothing runs yet.
 *
 * @param door.builtInClientId empty where the build has none.
 * @throws {Failure} `storage` when the folder cannot be used.
 */
export function openCore(door: {
  readonly folder: AppFolder;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly builtInClientId: string;
  readonly fetch: typeof fetch;
  readonly desktop: Desktop;
  readonly clock: MachineClock;
  readonly log: FileLog;
  readonly about: About;
}): Promise<Core> {
  const { folder, platform, env, builtInClientId, clock, log } = door;
  const settings = createSettingsDesk({
    file: createSettingsFile({
      folder: folder.root,
      env,
      builtIn: { clientId: builtInClientId || undefined },
      policyPath: policyPath({ platform, env }),
      now: () => clock.now(),
    }),
    log,
  });
  const { fetch, desktop, about } = door;
  return createCoreHost({
    settings,
    clock,
    log,
    open: async () => compose(await openWorld({ folder, settings, fetch, desktop, clock, log, about })),
  });
}
