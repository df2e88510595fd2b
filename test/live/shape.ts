/** What a body looks like without what it says: paths of keys and the kinds of their values. */
import { isName, safePath } from './redact.ts';

/** Path (`value/[]/resourceData/id`) → kinds of value found there, sorted. The root's path is empty. */
export type Shape = Readonly<Record<string, readonly string[]>>;

/** Keys whose values are words of the protocol. Quoted in the shape when they look like one. */
const shownKeys = new Set([
  '@odata.type',
  'code',
  'error',
  'suberror',
  'grant_type',
  'token_type',
  'lifecycleEvent',
  'notificationContentType',
  'latestSupportedTlsVersion',
  'reason',
]);
/** Keys that hold a path of Graph's: it is kept with its ids taken out, because its form varies. */
const pathKeys = new Set(['resource', '@odata.id']);
/** Keys whose numbers say how long a token lives. */
const lifetimeKeys = new Set(['expires_in', 'ext_expires_in', 'refresh_in']);
const deepest = 12;

/** The shape of a JSON value. */
export function shapeOf(value: unknown): Shape {
  const found = new Map<string, Set<string>>();
  walk(value, '', '', found, 0);
  return sorted(found);
}

/** Of a form: names, and whether they came more than once. */
export function shapeOfForm(form: URLSearchParams): Shape {
  const found = new Map<string, Set<string>>([['', new Set(['form'])]]);
  for (const [name, value] of form) add(found, safeKey(name), kindOfText(name, value));
  return sorted(found);
}

/** Both together: everything that was ever seen. */
export function mergedShape(shapes: readonly Shape[]): Shape {
  const found = new Map<string, Set<string>>();
  for (const shape of shapes)
    for (const [path, kinds] of Object.entries(shape)) for (const k of kinds) add(found, path, k);
  return sorted(found);
}

function walk(value: unknown, path: string, key: string, found: Map<string, Set<string>>, depth: number): void {
  if (Array.isArray(value)) {
    add(found, path, 'array');
    if (depth < deepest) for (const item of value) walk(item, join(path, '[]'), key, found, depth + 1);
  } else if (typeof value === 'object' && value !== null) {
    add(found, path, 'object');
    if (depth >= deepest) return;
    for (const [name, inside] of Object.entries(value)) {
      walk(inside, join(path, safeKey(name)), name, found, depth + 1);
    }
  } else add(found, path, kindOf(key, value));
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}/${name}`);

function add(found: Map<string, Set<string>>, path: string, kind: string): void {
  const kinds = found.get(path) ?? new Set();
  found.set(path, kinds.add(kind));
}

function sorted(found: ReadonlyMap<string, ReadonlySet<string>>): Shape {
  return Object.fromEntries(
    [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, kinds]) => [path, [...kinds].sort()]),
  );
}

/** OData puts an `@` in front of its own names, or between one of ours and its own. */
function safeKey(name: string): string {
  const [, ours = '', odata = ''] = /^([^@]*)((?:@[\w.]+)?)$/.exec(name) ?? [];
  const isOData = odata === '' || /^@(odata|microsoft|removed|context)\b[\w.]{0,40}$/.test(odata);
  return ours + odata === name && isOData && (ours === '' ? odata !== '' : isName(ours)) ? name : '{key}';
}

function kindOf(key: string, value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number' && lifetimeKeys.has(key)) return `integer ${Math.round(value)}`;
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'string' ? kindOfText(key, value) : typeof value;
}

function kindOfText(key: string, text: string): string {
  if (text === '') return 'empty text';
  if (shownKeys.has(key) && /^#?[A-Za-z_.]{1,60}$/.test(text)) return JSON.stringify(text);
  if (shownKeys.has(key) && isName(text)) return JSON.stringify(text);
  if (key === 'scope') return scopesKind(text);
  if (pathKeys.has(key)) return `path ${safePath(text.split('?')[0] ?? '')}`;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return 'guid';
  if (/^https:\/\//i.test(text)) return 'https address';
  return instantKind(text) ?? 'text';
}

/** Whether permissions are named with their resource in front, the OpenID ones aside. */
function scopesKind(text: string): string {
  const words = text.split(' ').filter((word) => word.includes('.'));
  const full = words.filter((word) => word.includes('://')).length;
  return `scopes, ${full === 0 ? 'short' : full === words.length ? 'with their resource' : 'of both forms'}`;
}

/** `instant Z, long fraction`: how services write moments differs, and that is worth knowing. */
function instantKind(text: string): string | null {
  const parts = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  if (parts === null) return null;
  const [, digits = '', zone] = parts;
  const where = zone === undefined ? 'no zone' : zone === 'Z' ? 'Z' : 'offset';
  return `instant ${where}${digits.length > 3 ? ', long fraction' : ''}`;
}
