/** Every attack by name. */
import type { Verdicts } from '../verdicts.ts';
import { attackByAnswers } from './answers-attack.ts';
import { attackForCanaries } from './canaries-attack.ts';
import { attackFiles } from './files-attack.ts';
import { attackByFlood } from './flood-attack.ts';
import { attackListener } from './listener-attack.ts';
import { attackPage } from './page-attack.ts';
import { attackProven } from './proven-attack.ts';
import { attackFromElsewhere } from './reach-attack.ts';
import { attackByRepeats } from './repeats-attack.ts';
import { attackSignIn } from './sign-in-attack.ts';
import { attackSlowly } from './slow-attack.ts';
import { attackSteadily } from './steady-attack.ts';
import { attackByText } from './text-attack.ts';
import { attackByTiming } from './timing-attack.ts';

export interface AttackContext {
  readonly verdicts: Verdicts;
  readonly isLong: boolean;
  readonly seed: number;
  /** A line about how it went, which is no verdict. */
  readonly say: (line: string) => void;
}
export interface Attack {
  readonly name: string;
  /** What is attacked, in one line. */
  readonly title: string;
  /** Which goal fails when the attack itself cannot be carried out. */
  readonly goal: string;
  /** What is timed runs alone, after all others, which mostly wait and run side by side. */
  readonly isTimed?: true;
  readonly run: (context: AttackContext) => Promise<void>;
}

/** The longest first, so that nothing waits for it at the end. */
export const attacks: readonly Attack[] = [
  {
    name: 'listener',
    title: 'The listener: the corpus over a raw socket, then mutations of it',
    goal: 'L6',
    run: attackListener,
  },
  {
    name: 'files',
    title: 'Settings and histories that something has damaged',
    goal: 'Q4',
    run: attackFiles,
  },
  {
    name: 'answers',
    title: 'Answers that neither Graph nor the relay would give',
    goal: 'Y4',
    run: attackByAnswers,
  },
  { name: 'repeats', title: 'Posts in crowds, and posts that were genuine once', goal: 'L6', run: attackByRepeats },
  {
    name: 'canaries',
    title: 'Planted secrets, looked for in every place',
    goal: 'S8',
    run: attackForCanaries,
  },
  { name: 'proven', title: 'What tests of their own show', goal: 'S5', run: attackProven },
  { name: 'text', title: 'What strangers write, through the whole app', goal: 'D3', run: attackByText },
  { name: 'sign-in', title: 'Forged answers to an open sign-in', goal: 'A5', run: attackSignIn },
  {
    name: 'page',
    title: 'The page’s server, and every message with arguments it cannot have',
    goal: 'S5',
    run: attackPage,
  },
  { name: 'reach', title: 'Every open port, from every address', goal: 'L9', run: attackFromElsewhere },
  {
    name: 'slow',
    title: 'Slow senders of eight kinds, while good requests arrive',
    goal: 'L4',
    isTimed: true,
    run: attackSlowly,
  },
  { name: 'flood', title: 'A flood of forged posts', goal: 'L5', isTimed: true, run: attackByFlood },
  { name: 'steady', title: 'Fifty genuine notifications a second', goal: 'L3', isTimed: true, run: attackSteadily },
  {
    name: 'timing',
    title: 'Whether the time of an answer tells how near a guess was',
    goal: 'L8',
    isTimed: true,
    run: attackByTiming,
  },
];
