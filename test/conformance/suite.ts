/** All probes, and how they are run one after the other. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { missingForBus, type PrivateBus, startBus } from '../desktop-double/bus.ts';
import type { ConformanceDriver, RunningApp } from './driver.ts';
import { busProbes, lifeProbes } from './life-probes.ts';
import { type Launch, type Probe, pageProbes } from './probes.ts';
import { productProbes } from './product-probes.ts';

/** Why some probes cannot run here; null where they can. */
export const missing = {
  bus: missingForBus(),
  product: existsSync(join(import.meta.dirname, '..', '..', 'out', 'main', 'start-electron.js')) ? null : 'not built',
} as const;

/** Addresses of a bus are known only while it runs: these two are asked for their names before that. */
export const namesOfBusProbes = busProbes('').map(({ name }) => name);
export const probesWithoutBus: readonly Probe[] = [...pageProbes, ...lifeProbes];
export { productProbes };

export interface ProbeRunner {
  run(probe: Probe): Promise<void>;
  /** By its name, on a bus of its own. */
  runOnBus(name: string): Promise<void>;
  stop(): Promise<void>;
}

export function createProbeRunner(driver: ConformanceDriver): ProbeRunner {
  let shared: RunningApp | null = null;

  async function run(probe: Probe): Promise<void> {
    const started: RunningApp[] = [];
    const launch: Launch = async (options) => {
      const app = await driver.launch(options);
      started.push(app);
      return app;
    };
    if (probe.isShared) {
      shared ??= await driver.launch();
      const app = shared;
      await probe.run(async () => app);
      return;
    }
    // The double has one desktop, on which one app is in front.
    await shared?.kill();
    shared = null;
    try {
      await probe.run(launch);
    } finally {
      for (const app of started) await app.kill();
    }
  }

  return {
    run,
    async runOnBus(name) {
      const bus: PrivateBus = await startBus();
      try {
        const probe = busProbes(bus.env.DBUS_SESSION_BUS_ADDRESS).find((each) => each.name === name);
        if (probe === undefined) throw new Error(`there is no probe “${name}”`);
        await run(probe);
      } finally {
        await bus.stop();
      }
    },
    async stop() {
      await shared?.kill();
      await driver.stop();
    },
  };
}
