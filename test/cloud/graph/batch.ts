/** `POST /v1.0/$batch`: up to 20 requests in one, each with an answer of its own. */
import { type Answer, badRequest, ok } from './answers.ts';
import { methodNotAllowed } from './call.ts';
import type { Asked } from './exchange.ts';

const PARTS_AT_MOST = 20;
/** Outlook runs so many parts at the same time. */
const AT_ONCE = 4;
const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];

/** One part, in the form of a request of its own. */
export type BatchPart = Omit<Asked, 'token'>;

interface Numbered {
  readonly id: string;
  readonly dependsOn: readonly string[];
  readonly part: BatchPart;
}

interface PartAnswer {
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
}

/**
 * Runs the parts and answers in the order in which they ended. The status of the whole says nothing about the parts; one
 * that depends on a failed one is 424.
 *
 * @throws GraphFailure 400 when the batch itself is malformed: then no part was carried out.
 * @see https://learn.microsoft.com/en-us/graph/json-batching
 */
export async function answerBatch(asked: Asked, run: (part: BatchPart) => Promise<Answer>): Promise<Answer> {
  if (asked.method !== 'POST') throw methodNotAllowed(asked);
  const waiting = readBatch(asked.bodyText);
  const responses: PartAnswer[] = [];
  const outcome = new Map<string, boolean>();

  /** The next part whose predecessors have all ended. */
  function next(): Numbered | undefined {
    const index = waiting.findIndex(({ dependsOn }) => dependsOn.every((id) => outcome.has(id)));
    return index < 0 ? undefined : waiting.splice(index, 1)[0];
  }

  async function work(): Promise<void> {
    for (let one = next(); one !== undefined; one = next()) {
      const { id, dependsOn, part } = one;
      const answer = dependsOn.every((other) => outcome.get(other)) ? await run(part) : failedDependency();
      outcome.set(id, answer.status < 400);
      responses.push(partAnswer(id, answer));
    }
  }

  // A worker ends when nothing is ready; whoever finishes a part that others wait for takes them over.
  while (waiting.length > 0) await Promise.all(Array.from({ length: AT_ONCE }, work));
  return ok({ responses });
}

function readBatch(text: string): Numbered[] {
  const requests = fieldOf(parsed(text), 'requests');
  if (!Array.isArray(requests) || requests.length === 0) {
    throw badRequest("Invalid batch payload format: 'requests' must be an array with at least one element.");
  }
  if (requests.length > PARTS_AT_MOST) {
    throw badRequest(
      `Number of batch request steps exceeds the maximum value of ${PARTS_AT_MOST}.`,
      'MaximumValueExceeded',
    );
  }
  const seen = new Set<string>();
  return requests.map((request: unknown) => {
    const id = fieldOf(request, 'id');
    if (typeof id !== 'string' || id === '') throw badRequest('Each batch request step must have an id.');
    if (seen.has(id)) throw badRequest(`Duplicate batch request step id '${id}'.`);
    const dependsOn = fieldOf(request, 'dependsOn') ?? [];
    if (!Array.isArray(dependsOn) || !dependsOn.every((other) => seen.has(other))) {
      throw badRequest(`The step '${id}' depends on one that does not come before it.`);
    }
    seen.add(id);
    return { id, dependsOn, part: readPart(request, id) };
  });
}

function readPart(request: unknown, id: string): BatchPart {
  const method = fieldOf(request, 'method');
  const url = fieldOf(request, 'url');
  if (typeof method !== 'string' || !METHODS.includes(method.toUpperCase())) {
    throw badRequest(`The step '${id}' has no method that is known.`);
  }
  if (typeof url !== 'string' || url === '' || /^[a-z]+:/i.test(url) || /^\/?(v1\.0|beta)\//i.test(url)) {
    throw badRequest(`The url of step '${id}' must be relative to the version.`);
  }
  const headers = fieldOf(request, 'headers');
  const body = fieldOf(request, 'body');
  return {
    method: method.toUpperCase(),
    target: `/v1.0/${url.replace(/^\//, '')}`,
    prefer: headerOf(headers, 'prefer'),
    contentType: headerOf(headers, 'content-type'),
    bodyText: body === undefined ? '' : JSON.stringify(body),
  };
}

function partAnswer(id: string, { status, headers = {}, body }: Answer): PartAnswer {
  if (body === undefined) return { id, status, headers };
  return { id, status, headers: { ...headers, 'Content-Type': 'application/json' }, body };
}

function failedDependency(): Answer {
  const error = { code: 'FailedDependency', message: 'A step that this one depends on has failed.' };
  return { status: 424, body: { error } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('Unable to read JSON request payload.');
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function headerOf(headers: unknown, wanted: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
  return found === undefined ? undefined : String(found);
}
