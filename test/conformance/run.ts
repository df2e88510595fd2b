/** `npm run conformance`: every probe in the double and, where there is a binary, in the real Electron; one table. */

import { createDoubleDriver } from './double-driver.ts';
import type { ConformanceDriver } from './driver.ts';
import { createElectronDriver, missingForElectron } from './electron-driver.ts';
import { createProbeRunner, missing, namesOfBusProbes, probesWithoutBus, productProbes } from './suite.ts';

interface Column {
  readonly name: string;
  /** Why nothing of it ran, or null. */
  readonly why: string | null;
  readonly results: ReadonlyMap<string, string>;
}

const limitMs = 60_000;

async function column(name: string, create: () => Promise<ConformanceDriver>, why: string | null): Promise<Column> {
  const results = new Map<string, string>();
  if (why !== null) return { name, why, results };
  const runner = createProbeRunner(await create());
  const look = async (probe: string, run: () => Promise<void>, lacking: string | null): Promise<void> => {
    const result = lacking === null ? await outcome(run) : `not run: ${lacking}`;
    results.set(probe, result);
    process.stderr.write(`${name}: ${probe}: ${result}\n`);
  };
  for (const probe of probesWithoutBus) await look(probe.name, () => runner.run(probe), null);
  for (const probe of namesOfBusProbes) await look(probe, () => runner.runOnBus(probe), missing.bus);
  for (const probe of productProbes) await look(probe.name, () => runner.run(probe), missing.product);
  await runner.stop();
  return { name, why, results };
}

async function outcome(run: () => Promise<void>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${limitMs / 1_000} s`)), limitMs);
  });
  try {
    await Promise.race([run(), limit]);
    return 'passed';
  } catch (error) {
    const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
    return `FAILED: ${line}`;
  } finally {
    clearTimeout(timer);
  }
}

const columns = [
  await column('double', createDoubleDriver, null),
  await column('Electron', createElectronDriver, missingForElectron()),
];
const names = [
  ...probesWithoutBus.map(({ name }) => name),
  ...namesOfBusProbes,
  ...productProbes.map(({ name }) => name),
];
const width = Math.max(...names.map((name) => name.length));
console.log(`${'probe'.padEnd(width)}  ${columns.map(({ name }) => name.padEnd(10)).join('  ')}`);
for (const name of names) {
  const cells = columns.map(({ why, results }) => (why === null ? (results.get(name) ?? '') : 'not run').padEnd(10));
  console.log(`${name.padEnd(width)}  ${cells.join('  ').trimEnd()}`);
}
console.log('');
let failed = 0;
for (const { name, why, results } of columns) {
  const count = (start: string): number => [...results.values()].filter((each) => each.startsWith(start)).length;
  failed += count('FAILED');
  const counts = `${count('passed')} passed, ${count('FAILED')} failed, ${count('not run')} not run`;
  console.log(why === null ? `${name}: ${counts}` : `${name}: not run: ${why} (${names.length} probes)`);
}
// A hanging page of a failed probe must not keep this waiting.
process.exit(failed === 0 ? 0 : 1);
