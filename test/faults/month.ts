/** Virtual months in which everything goes wrong: see test/simulation. */
import { judgeSimulation } from '../simulation/verdict.ts';
import type { FaultTest } from './context.ts';

export const month: readonly FaultTest[] = [
  {
    goals: ['T7', 'T1', 'T2', 'Q2', 'Q3', 'A6'],
    name: 'simulated months',
    async run({ long, verdicts, say }) {
      await judgeSimulation(
        verdicts,
        long ? { seeds: 50, from: 1, days: 30, say } : { seeds: 5, from: 1, days: 3, say },
      );
    },
  },
];
