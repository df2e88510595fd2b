import { type Failure, isRefusal } from '../domain/failure.ts';
import type { Cancel } from '../domain/ports.ts';
import type { SubscriptionFacts } from '../domain/subscription.ts';
import { clockText } from '../domain/wording.ts';

/** How it stands with one subscription while Tidings runs; what must survive is in the records. */
export interface Watched {
  lastAnswer: SubscriptionFacts['lastAnswer'];
  retryAt: Date | null;
  /** Graph said itself when to come back, or somebody has to act elsewhere: a network that is back is no reason. */
  patient: boolean;
  /** Graph did not even show its list. Whatever comes since may mean that it does again. */
  isListRefused: boolean;
  attempt: number;
  /** Graph answered, and said no: in words for the person. */
  refusal: string | null;
  /** The last create met a subscription of another computer. */
  isElsewhere: boolean;
  running: boolean;
  again: boolean;
  cancelTimer: Cancel;
}

/** As at the start of the app: nothing asked yet. */
export const newlyWatched = (): Watched => ({
  lastAnswer: null,
  retryAt: null,
  patient: false,
  isListRefused: false,
  attempt: 0,
  refusal: null,
  isElsewhere: false,
  running: false,
  again: false,
  cancelTimer: () => {},
});

/** What Graph says no with, in words for the person; null where it has not answered at all. */
export function refusalText(failure: Failure, retryAt: Date): string | null {
  if (failure.code === 'graph-busy') return `Microsoft asks Tidings to wait until ${clockText(retryAt)}.`;
  return isRefusal(failure) ? failure.userMessage : null;
}
