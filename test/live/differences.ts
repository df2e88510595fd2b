/** What one recording has and another has not: Microsoft's on the left, the stand-in's on the right. Pure. */
import type { RecordedBody, RecordedExchange, Recording } from './recording.ts';
import { mergedShape, type Shape } from './shape.ts';

export interface Difference {
  readonly about: 'happening' | 'status' | 'key' | 'kind' | 'header' | 'order' | 'answer' | 'verdict';
  /** Which request or step, and at which place in it. */
  readonly where: string;
  readonly microsoft: string;
  readonly standIn: string;
}

/** Those of single connections and moments, which mean nothing here. */
const fleeting = new Set(['age', 'connection', 'content-length', 'date', 'host', 'keep-alive', 'transfer-encoding']);

/** Every difference, in the order in which things happened at Microsoft. */
export function differencesOf(microsoft: Recording, standIn: Recording): readonly Difference[] {
  return [
    ...inSteps(microsoft, standIn),
    ...inAnswers(microsoft, standIn),
    ...inOrder(microsoft, standIn),
    ...inExchanges(microsoft, standIn),
  ];
}

function inSteps(microsoft: Recording, standIn: Recording): Difference[] {
  return microsoft.steps.flatMap(({ name, verdict, text }): Difference[] => {
    const other = standIn.steps.find((step) => step.name === name);
    if (other === undefined) return [{ about: 'verdict', where: name, microsoft: verdict, standIn: 'no such step' }];
    if (other.verdict === verdict) return [];
    return [
      { about: 'verdict', where: name, microsoft: `${verdict} (${text})`, standIn: `${other.verdict} (${other.text})` },
    ];
  });
}

function inAnswers(microsoft: Recording, standIn: Recording): Difference[] {
  return microsoft.answers.flatMap(({ question, answer }): Difference[] => {
    const other = standIn.answers.find((each) => each.question === question)?.answer ?? 'not asked';
    return other === answer ? [] : [{ about: 'answer', where: question, microsoft: answer, standIn: other }];
  });
}

/** How Graph asks our addresses while it makes the first subscription. */
function inOrder(microsoft: Recording, standIn: Recording): Difference[] {
  const [theirs, ours] = [subscribing(microsoft), subscribing(standIn)];
  return theirs === ours
    ? []
    : [{ about: 'order', where: 'making the first subscription', microsoft: theirs, standIn: ours }];
}

function subscribing({ exchanges }: Recording): string {
  const create = exchanges.find(
    ({ by, method, path, status }) =>
      by === 'tidings' && method === 'POST' && path.endsWith('/subscriptions') && status === 201,
  );
  if (create === undefined) return 'no subscription was made';
  const moments = exchanges
    .filter(({ by, beganMs }) => by === 'microsoft' && beganMs >= create.beganMs && beganMs <= create.endedMs)
    .flatMap((exchange) => [
      { at: exchange.beganMs, what: `asks ${kindOf(exchange)}` },
      { at: exchange.endedMs, what: `has ${exchange.status ?? 'no answer'}` },
    ]);
  const inTurn = moments.sort((a, b) => a.at - b.at).map(({ what }) => what);
  return [...inTurn, `answers ${create.status}`].join(', ');
}

/** `Microsoft asks POST /{lifecycle}`: what is compared with each other. */
export function kindOf({ direction, method, place, path, query }: RecordedExchange): string {
  const validation = query.includes('validationToken') ? '?validationToken' : '';
  return `${method} ${direction === 'in' ? '' : place}${path}${validation}`;
}

function inExchanges(microsoft: Recording, standIn: Recording): Difference[] {
  const theirs = Map.groupBy(microsoft.exchanges, kindOf);
  const ours = Map.groupBy(standIn.exchanges, kindOf);
  const kinds = new Set([...theirs.keys(), ...ours.keys()]);
  return [...kinds].flatMap((kind): readonly Difference[] => {
    const left = theirs.get(kind) ?? [];
    const right = ours.get(kind) ?? [];
    if (left.length === 0 || right.length === 0) {
      const count = (side: readonly unknown[]) => (side.length === 0 ? 'never' : `${side.length} times`);
      return [{ about: 'happening', where: kind, microsoft: count(left), standIn: count(right) }];
    }
    const statuses = statusesOf(left) === statusesOf(right);
    return [
      ...(statuses
        ? []
        : [{ about: 'status' as const, where: kind, microsoft: statusesOf(left), standIn: statusesOf(right) }]),
      // Requests of others are theirs to form; ours are the same everywhere.
      ...inMessages(`${kind}, request`, left.filter(isTheirs), right.filter(isTheirs), ({ request }) => request),
      ...byStatus(left).flatMap(([status, answers]) => {
        const same = right.filter((each) => each.status === status && each.direction === 'out');
        const where = `${kind}, answer ${status ?? 'missing'}`;
        return answers.length === 0 || same.length === 0
          ? []
          : inMessages(where, answers, same, ({ response }) => response);
      }),
    ];
  });
}

const isTheirs = ({ direction }: RecordedExchange): boolean => direction === 'in';

function byStatus(exchanges: readonly RecordedExchange[]) {
  return [
    ...Map.groupBy(
      exchanges.filter(({ direction }) => direction === 'out'),
      ({ status }) => status,
    ),
  ];
}

function statusesOf(exchanges: readonly RecordedExchange[]): string {
  return [...new Set(exchanges.map(({ status }) => String(status ?? 'no answer')))].sort().join(', ');
}

function inMessages(
  where: string,
  left: readonly RecordedExchange[],
  right: readonly RecordedExchange[],
  messageOf: (exchange: RecordedExchange) => RecordedExchange['request'],
): Difference[] {
  if (left.length === 0 || right.length === 0) return [];
  return [
    ...inHeaders(where, left.map(messageOf), right.map(messageOf)),
    ...inBodies(
      where,
      left.map((each) => messageOf(each).body),
      right.map((each) => messageOf(each).body),
    ),
  ];
}

type Message = RecordedExchange['request'];

function inHeaders(where: string, left: readonly Message[], right: readonly Message[]): Difference[] {
  const namesOf = (messages: readonly Message[]) => new Set(messages.flatMap(({ headers }) => Object.keys(headers)));
  const [theirs, ours] = [namesOf(left), namesOf(right)];
  return [...new Set([...theirs, ...ours])].sort().flatMap((name): Difference[] => {
    if (fleeting.has(name)) return [];
    const at = `${where}, header ${name}`;
    if (!theirs.has(name)) return [{ about: 'header', where: at, microsoft: 'absent', standIn: 'there' }];
    if (!ours.has(name)) return [{ about: 'header', where: at, microsoft: 'there', standIn: 'absent' }];
    const values = (messages: readonly Message[]) =>
      [...new Set(messages.flatMap(({ headers }) => headers[name] ?? []))].sort().join(' | ');
    return values(left) === values(right)
      ? []
      : [{ about: 'header', where: at, microsoft: values(left), standIn: values(right) }];
  });
}

function inBodies(where: string, left: readonly RecordedBody[], right: readonly RecordedBody[]): Difference[] {
  const [theirs, ours] = [asShape(left), asShape(right)];
  const paths = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
  // Where one is no JSON at all, its keys are no news.
  const isOther = String(theirs['']) !== String(ours['']);
  return [...paths].flatMap((path): Difference[] => {
    if (isOther && path !== '') return [];
    const [a, b] = [theirs[path], ours[path]];
    const at = `${where}${path === '' ? ', body' : `, ${path}`}`;
    const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    // A key inside of something that is missing as a whole is named with it.
    if (
      path !== '' &&
      ((a === undefined && theirs[parent] === undefined) || (b === undefined && ours[parent] === undefined))
    ) {
      return [];
    }
    if (a === undefined) return [{ about: 'key', where: at, microsoft: 'absent', standIn: (b ?? []).join(' | ') }];
    if (b === undefined) return [{ about: 'key', where: at, microsoft: a.join(' | '), standIn: 'absent' }];
    return a.join() === b.join()
      ? []
      : [{ about: 'kind', where: at, microsoft: a.join(' | '), standIn: b.join(' | ') }];
  });
}

/** How long a token lives is said by the answers; here a number is a number. */
function asShape(bodies: readonly RecordedBody[]): Shape {
  return mergedShape(
    bodies.map((body) =>
      typeof body === 'string'
        ? { '': [body] }
        : Object.fromEntries(
            Object.entries(body).map(([path, kinds]) => [
              path,
              kinds.map((kind) => kind.replace(/^integer \d+$/, 'integer')),
            ]),
          ),
    ),
  );
}
