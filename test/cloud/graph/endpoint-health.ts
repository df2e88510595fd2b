/** How fast an endpoint answered lately: Graph delays or discards notifications to slow ones. */

const WINDOW_MS = 10 * 60_000;
/** Fewer answers than this say nothing. */
const ENOUGH = 10;

export type EndpointState = 'good' | 'slow' | 'drop';

export interface EndpointHealth {
  /** Records one answer of `host`. `tookMs` in real milliseconds. */
  record(host: string, at: Date, tookMs: number): void;
  /** `slow` and `drop` last 10 minutes from the answer that caused them. */
  state(host: string, at: Date): EndpointState;
}

/**
 * More than 10 % of answers over `slowMs` within 10 minutes make an endpoint slow, more than 15 % over `dropMs` make it one
 * whose notifications are discarded.
 *
 * @see https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks
 */
export function createEndpointHealth(slowMs: number, dropMs: number): EndpointHealth {
  const answers = new Map<string, { readonly atMs: number; readonly tookMs: number }[]>();
  const verdicts = new Map<string, { readonly state: EndpointState; readonly untilMs: number }>();
  return {
    record(host, at, tookMs) {
      const atMs = at.getTime();
      const recent = (answers.get(host) ?? []).filter((answer) => answer.atMs > atMs - WINDOW_MS);
      recent.push({ atMs, tookMs });
      answers.set(host, recent);
      if (recent.length < ENOUGH) return;
      const share = (limitMs: number) => recent.filter((answer) => answer.tookMs >= limitMs).length / recent.length;
      const state = share(dropMs) > 0.15 ? 'drop' : share(slowMs) > 0.1 ? 'slow' : 'good';
      if (state !== 'good') verdicts.set(host, { state, untilMs: atMs + WINDOW_MS });
    },
    state(host, at) {
      const verdict = verdicts.get(host);
      return verdict !== undefined && verdict.untilMs > at.getTime() ? verdict.state : 'good';
    },
  };
}
