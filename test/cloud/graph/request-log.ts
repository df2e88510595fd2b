/** The log of requests, without what must stay secret. */

export interface RequestRecord {
  readonly at: Date;
  readonly method: string;
  /** Path and query; delta and skip tokens are replaced by `…`. */
  readonly path: string;
  /** HTTP status, or what happened instead: `hung`, `reset`, `garbage`, `lost`. */
  readonly status: number | string;
  readonly username: string | undefined;
  /** Error code of a refusal. */
  readonly code: string | undefined;
  /** Top level of a JSON body; `clientState` hidden, addresses cut down to their host. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly requestId: string;
}

export function visiblePath(target: string): string {
  return target.replace(/((?:\$|%24)(?:skip|delta)token=)(?!latest)[^&]*/gi, '$1…');
}

export function visibleBody(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (name === 'clientState') return [name, '…'];
      if (/url$/i.test(name) && typeof inner === 'string') return [name, URL.parse(inner)?.hostname ?? '…'];
      return [name, inner];
    }),
  );
}
