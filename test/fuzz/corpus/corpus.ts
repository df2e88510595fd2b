/** The whole corpus, by class. Each table says what is sent and what must come of it; the runner only does as told. */
import { bodySize } from './body-size.ts';
import type { Table } from './case.ts';
import { framing } from './framing.ts';
import { headers } from './headers.ts';
import { jsonShape } from './json-shape.ts';
import { encrypted, meaning } from './meaning.ts';
import { methodAndTarget } from './method-and-target.ts';
import { validationAwaited, validationUnasked } from './validation.ts';

export interface CorpusClass {
  readonly name: string;
  readonly table: Table;
  /** So many cases the goals ask for. */
  readonly atLeast: number;
}

/** While no validation of ours is awaited. */
export const unasked: CorpusClass = { name: 'validation, unasked', table: validationUnasked, atLeast: 35 };

export const corpus: readonly CorpusClass[] = [
  { name: 'method and target', table: methodAndTarget, atLeast: 45 },
  { name: 'headers', table: headers, atLeast: 35 },
  { name: 'framing', table: framing, atLeast: 25 },
  { name: 'body size', table: bodySize, atLeast: 15 },
  { name: 'JSON shape', table: jsonShape, atLeast: 65 },
  { name: 'notification meaning', table: meaning, atLeast: 65 },
  { name: 'encrypted content', table: encrypted, atLeast: 35 },
  unasked,
];

/** Only while a validation of ours is under way. */
export const awaited: CorpusClass = { name: 'validation, awaited', table: validationAwaited, atLeast: 60 };

/** Cases that are not rows but done step by step: a process is started again, subscriptions are made anew, time goes by. */
export const played = [
  { name: 'replay', atLeast: 20 },
  { name: 'rate', atLeast: 10 },
] as const;

/** Each class that was run with fewer cases than the goals ask for, or not at all. */
export function tooFew(
  wanted: readonly { readonly name: string; readonly atLeast: number }[],
  ran: readonly { readonly name: string; readonly cases: number }[],
): readonly string[] {
  return wanted.flatMap(({ name, atLeast }) => {
    const cases = ran.find((one) => one.name === name)?.cases ?? 0;
    return cases >= atLeast ? [] : [`${name}: ${cases} cases in place of ${atLeast}`];
  });
}
