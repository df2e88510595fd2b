/**
 * `AbortSignal.timeout` on virtual time: what a server leaves unanswered is given up when the app's clock says so, and a
 * story does not wait for it in real time. A request that is answered costs no step of its own.
 */
export function installVirtualLimits() {
  const limits = new Set<{ readonly dueMs: number; readonly controller: AbortController }>();
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    limits.add({ dueMs: Date.now() + ms, controller });
    return controller.signal;
  };
  return {
    /** Virtual milliseconds since 1970; infinite without any. */
    next: (): number => [...limits].reduce((least, { dueMs }) => Math.min(least, dueMs), Number.POSITIVE_INFINITY),
    /** Time has moved. */
    look(): void {
      for (const limit of [...limits]) {
        if (limit.dueMs > Date.now()) continue;
        limits.delete(limit);
        limit.controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
      }
    },
  };
}
