import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createDoubleDriver } from './double-driver.ts';
import type { ConformanceDriver } from './driver.ts';
import { createElectronDriver, missingForElectron } from './electron-driver.ts';
import {
  createProbeRunner,
  missing,
  namesOfBusProbes,
  type ProbeRunner,
  probesWithoutBus,
  productProbes,
} from './suite.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const notRun = (why: string | null): string => (why === null ? '' : ` (not run: ${why})`);
const noElectron = missingForElectron();

function conforms(name: string, create: () => Promise<ConformanceDriver>, why: string | null): void {
  describe.skipIf(why !== null)(`${name}${notRun(why)}`, () => {
    let runner: ProbeRunner;
    beforeAll(async () => {
      runner = createProbeRunner(await create());
    });
    afterAll(async () => {
      await runner?.stop();
    });
    test.each(probesWithoutBus.map((probe) => [probe.name, probe] as const))('%s', async (_name, probe) => {
      await runner.run(probe);
    });
    test.skipIf(missing.bus !== null).each(namesOfBusProbes)(`%s${notRun(missing.bus)}`, async (probe) => {
      await runner.runOnBus(probe);
    });
    test.skipIf(missing.product !== null).each(productProbes.map((probe) => [probe.name, probe] as const))(
      `%s${notRun(missing.product)}`,
      async (_name, probe) => {
        await runner.run(probe);
      },
    );
  });
}

conforms('the double', createDoubleDriver, null);
conforms('Electron', createElectronDriver, noElectron);

test('there are thirty probes and more, each with a name of its own', () => {
  const names = [
    ...probesWithoutBus.map(({ name }) => name),
    ...namesOfBusProbes,
    ...productProbes.map(({ name }) => name),
  ];
  expect([names.length >= 30, new Set(names).size]).toEqual([true, names.length]);
});
