/** Bad days on command: the next requests that match get another answer than the true one. */

export interface Fault {
  /** Matched against path and query as asked for, such as `/v1.0/subscriptions`; a string is a regular expression too. */
  readonly path: RegExp | string;
  readonly method?: string;
  readonly username?: string;
  /** How many requests it hits. Default 1. */
  readonly times?: number;
  /**
   * - `throttle`: 429, with `Retry-After` unless `retryAfterSeconds` is `none`
   * - `status`: a Graph error with `status`, `code` and `message`
   * - `hang`: no answer at all until the caller goes away
   * - `slow`: the true answer, `delayMs` real milliseconds late
   * - `garbage`: 200 with something that is not JSON
   * - `truncated`: the true answer cut off half way, connection closed
   * - `reset`: connection closed without an answer, nothing done
   * - `foreignLink`: the true answer, but its links to the next page or round lead to another host
   * - `lost`: the request is carried out, then the connection closes without an answer
   */
  readonly how: 'throttle' | 'status' | 'hang' | 'slow' | 'garbage' | 'truncated' | 'foreignLink' | 'reset' | 'lost';
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  /** Seconds; `date` sends the same moment as an HTTP date; default 10. */
  readonly retryAfterSeconds?: number | 'none';
  readonly retryAfterAs?: 'seconds' | 'date';
  readonly delayMs?: number;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The fault for this request, if any (only those of these kinds, if named); uses it up. */
  take(
    request: { readonly method: string; readonly path: string; readonly username?: string },
    kinds?: readonly Fault['how'][],
  ): Fault | undefined;
}

export function createFaults(): Faults {
  let faults: { readonly fault: Fault; readonly pattern: RegExp; left: number }[] = [];
  return {
    add(fault) {
      const pattern = typeof fault.path === 'string' ? new RegExp(fault.path, 'i') : fault.path;
      faults.push({ fault, pattern, left: fault.times ?? 1 });
    },
    clear() {
      faults = [];
    },
    take({ method, path, username }, kinds) {
      const hit = faults.find(
        ({ fault, pattern }) =>
          path.search(pattern) >= 0 &&
          (kinds === undefined || kinds.includes(fault.how)) &&
          (fault.method === undefined || fault.method.toUpperCase() === method) &&
          (fault.username === undefined || fault.username === username),
      );
      if (hit === undefined) return undefined;
      hit.left -= 1;
      if (hit.left <= 0) faults = faults.filter((one) => one !== hit);
      return hit.fault;
    },
  };
}
