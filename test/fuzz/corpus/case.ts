/** A case of the corpus: what is sent to the listener, byte for byte, and what must come of it. */
import { rawRequest } from '../../integration/webhook/raw.ts';
import type { Known } from '../target.ts';

/**
 * `cut`: the connection ends, and nothing was said. `413?`: an answer that is lost on its way where the sender is still
 * sending, since what is not read makes the system reset the connection; then it was cut.
 */
export type Expected = number | 'cut' | '413?' | '404?';

export interface Case {
  readonly name: string;
  readonly bytes: string | Uint8Array;
  /** Every answer on the connection, in order. */
  readonly answers: readonly Expected[];
  /** How many posts go into the queue. */
  readonly stored: number;
  /** Body of the last answer, byte for byte as latin1; empty where absent. */
  readonly body?: string;
  /** The sender closes its side at once, so that what never ends is known to have ended. */
  readonly closes?: true;
}

/** How many answers the sender should wait for. */
export const answersOf = ({ answers }: Case): number =>
  answers.filter((answer) => answer !== 'cut' && answer !== 100).length;

export type Table = (known: Known) => readonly Case[];

/** The name, the bytes, the answers, and how many posts are stored (none, where absent). */
export type Row = readonly [
  name: string,
  bytes: string | Uint8Array,
  answers: Expected | readonly Expected[],
  stored?: number,
];

export const cases = (rows: readonly Row[]): readonly Case[] =>
  rows.map(([name, bytes, answers, stored = 0]) => ({
    name,
    bytes,
    answers: typeof answers === 'object' ? answers : [answers],
    stored,
  }));

/** As `cases`, but the sender closes its side at once. */
export const closing = (rows: readonly Row[]): readonly Case[] =>
  cases(rows).map((one) => ({ ...one, closes: true as const }));

/** A notification as Graph sends it, with some of its fields changed or (undefined) left out. */
export const item = (known: Known, fields: object = {}): Record<string, unknown> => ({
  subscriptionId: known.subscriptionId,
  clientState: known.clientState,
  changeType: 'updated',
  resource: 'Users/1/Messages/2',
  resourceData: { '@odata.type': '#Microsoft.Graph.Message', id: '2' },
  subscriptionExpirationDateTime: '2026-11-27T10:00:00.1234567Z',
  tenantId: '11111111-2222-4333-8444-555555555555',
  ...fields,
});
export const json = (...items: readonly unknown[]): string => JSON.stringify({ value: items });

/** POST to one of our paths, or anything else, with the headers that Graph sends. */
export const post = (
  known: Known,
  segment: string,
  body: string | Buffer,
  options: Omit<NonNullable<Parameters<typeof rawRequest>[1]>, 'body'> = {},
): Buffer => rawRequest(`/${segment}`, { ...options, headers: { host: known.host, ...options.headers }, body });

/** A request of which every line is ours. */
export const lines = (...all: readonly string[]): string => `${all.join('\r\n')}\r\n\r\n`;
