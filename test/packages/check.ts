/**
 * Says what is in the packages that electron-builder has made, and ends with 1 if one must not be shipped:
 *
 *     node test/packages/check.ts dist [--updates]        (--updates: they are signed, and update themselves)
 */
import { faultsOf, findApps, inspect } from './inspect.ts';

const dist = process.argv[2] ?? 'dist';
const apps = findApps(dist);
const updates = process.argv.includes('--updates');
let isBad = apps.length === 0;
if (isBad) console.log(`There is no app in ${dist}: npx electron-builder`);
for (const app of apps) {
  const findings = await inspect(app);
  const faults = faultsOf(findings, { updates });
  const on = Object.entries(findings.fuses).flatMap(([name, isOn]) => (isOn ? [name] : []));
  console.log(
    `${app.name}: app.asar ${(findings.archiveBytes / 1024 / 1024).toFixed(2)} MiB; ${findings.natives.join()}`,
  );
  console.log(`  fuses on: ${on.join(', ')} (of ${Object.keys(findings.fuses).length})`);
  for (const fault of faults) console.log(`  NOT TO BE SHIPPED: ${fault}`);
  isBad ||= faults.length > 0;
}
process.exitCode = isBad ? 1 : 0;
