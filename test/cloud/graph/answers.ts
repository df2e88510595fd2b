/** What Graph answers: results, and refusals in its own error format. */

export interface Answer {
  readonly status: number;
  /** Serialized as JSON; undefined = no content. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that Graph refuses. Becomes `{error: {code, message, innerError}}` with this status. */
export class GraphFailure extends Error {
  override readonly name = 'GraphFailure';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function badRequest(message: string, code = 'BadRequest'): GraphFailure {
  return new GraphFailure(400, code, message);
}

export function accessDenied(): GraphFailure {
  return new GraphFailure(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
}

export function itemNotFound(): GraphFailure {
  return new GraphFailure(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
}

export function ok(body: object, headers?: Readonly<Record<string, string>>): Answer {
  return headers === undefined ? { status: 200, body } : { status: 200, body, headers };
}
