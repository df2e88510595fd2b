/**
 * Many runs side by side, one process each:
 *
 *     node test/simulation/run.ts [--seeds 5] [--from 1] [--days 30]
 *
 * The first seed is run twice, which has to give the same run. Ends with 1 when a promise was broken, and says how to
 * see that run again.
 */
import { parseArgs } from 'node:util';
import { createVerdicts } from '../verdicts.ts';
import { judgeSimulation } from './verdict.ts';

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: { seeds: { type: 'string' }, from: { type: 'string' }, days: { type: 'string' } },
  });
  const verdicts = createVerdicts();
  await judgeSimulation(verdicts, {
    seeds: Number(values.seeds ?? '5'),
    from: Number(values.from ?? '1'),
    days: Number(values.days ?? '30'),
    say: (line) => console.log(line),
  });
  console.log(verdicts.table());
  process.exitCode = verdicts.exitCode();
}
