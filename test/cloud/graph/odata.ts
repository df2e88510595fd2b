/**
 * The parts of OData that Outlook's end of Graph speaks: paths with keys, `$select`, `$filter`, `$orderby`, the `Prefer`
 * header, and how it writes times.
 */
import { badRequest } from './answers.ts';
import { ianaZone } from './zones.ts';

export const SERVICE_ROOT = 'https://graph.microsoft.com/v1.0';

/** UTC with seven fraction digits, as Graph writes subscription times: `2026-11-21T10:00:00.1230000Z`. */
export function sevenDigitTime(at: Date): string {
  return at.toISOString().replace('Z', '0000Z');
}

/** UTC in whole seconds, as Outlook writes `receivedDateTime`: `2026-11-21T10:00:00Z`. */
export function wholeSecondTime(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})$/i;

/** An `Edm.DateTimeOffset`, or undefined when the text is none (no offset, no such day). */
export function parseInstant(text: string): Date | undefined {
  if (!INSTANT.test(text)) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/**
 * Splits a path into names and keys: `me/mailFolders('inbox')/messages` and `me/mailFolders/inbox/messages` come out the
 * same, and so do `delta` and `delta()`. Slashes inside an encoded key stay in the key.
 *
 * @throws GraphFailure 400 when a part is not valid percent-encoding or a key is not quoted well.
 */
export function pathSegments(path: string): string[] {
  const segments: string[] = [];
  for (const part of path.split('/')) {
    if (part === '') continue;
    const text = decoded(part);
    const call = /^([A-Za-z.]+)\((.*)\)$/s.exec(text);
    if (call === null) {
      segments.push(text);
      continue;
    }
    const [, name = '', inside = ''] = call;
    if (name.toLowerCase() === 'reminderview') segments.push(text);
    else segments.push(name.replace(/^microsoft\.graph\./i, ''), ...(inside === '' ? [] : [unquoted(inside)]));
  }
  return segments;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest(`The segment '${part}' is not valid percent-encoding.`);
  }
}

function unquoted(key: string): string {
  const match = /^'((?:[^']|'')*)'$/.exec(key);
  if (match?.[1] === undefined) throw badRequest(`The key (${key}) must be a quoted string.`);
  return match[1].replaceAll("''", "'");
}

/** What a `Prefer` header may ask of Outlook. */
export interface Preferences {
  readonly immutableIds: boolean;
  readonly maxPageSize: number | undefined;
  /** `outlook.timezone`, an IANA or Windows name; undefined means UTC. */
  readonly timeZone: string | undefined;
  /** `outlook.body-content-type`: how bodies are written. */
  readonly bodyAs: 'html' | 'text';
  /** What goes back as `Preference-Applied`. */
  readonly applied: readonly string[];
}

/** Reads a whole `Prefer` header. Unknown preferences are ignored, as HTTP asks; bad values of known ones are refused. */
export function parsePrefer(header: string | undefined): Preferences {
  let immutableIds = false;
  let maxPageSize: number | undefined;
  let timeZone: string | undefined;
  let bodyAs: 'html' | 'text' = 'html';
  const applied: string[] = [];
  for (const match of (header ?? '').matchAll(/([\w.-]+)\s*=\s*(?:"([^"]*)"|([^,;\s]+))/g)) {
    const name = (match[1] ?? '').toLowerCase();
    const value = match[2] ?? match[3] ?? '';
    if (name === 'idtype') {
      if (value.toLowerCase() !== 'immutableid') continue;
      immutableIds = true;
      applied.push('IdType="ImmutableId"');
    } else if (name === 'odata.maxpagesize') {
      maxPageSize = positiveInteger(value, 'odata.maxpagesize');
      applied.push(`odata.maxpagesize=${maxPageSize}`);
    } else if (name === 'outlook.body-content-type') {
      if (value !== 'text' && value !== 'html') throw badRequest(`Invalid body content type '${value}'.`);
      bodyAs = value;
      applied.push(`outlook.body-content-type="${value}"`);
    } else if (name === 'outlook.timezone') {
      if (ianaZone(value) === undefined) {
        throw badRequest(`The time zone '${value}' is not supported.`, 'TimeZoneNotSupportedException');
      }
      timeZone = value;
      applied.push(`outlook.timezone="${value}"`);
    }
  }
  return { immutableIds, maxPageSize, timeZone, bodyAs, applied };
}

/** @throws GraphFailure 400 when the text is not a whole number above zero. */
export function positiveInteger(text: string, option: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) throw badRequest(`Invalid value '${text}' for '${option}'.`);
  return Number(text);
}

/**
 * Refuses the system query options (`$…`) this call does not know, and doubled ones.
 *
 * @throws GraphFailure 400
 */
export function onlyOptions(query: URLSearchParams, allowed: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of query.keys()) {
    if (seen.has(name)) throw badRequest(`Query option '${name}' was specified more than once.`);
    seen.add(name);
    if (name.startsWith('$') && !allowed.includes(name)) {
      throw badRequest(`The query parameter '${name}' is not supported.`, 'ErrorInvalidUrlQuery');
    }
  }
}

/** The names in `$select`, or undefined when everything is wanted. @throws GraphFailure 400 on a name the type lacks. */
export function parseSelect(
  query: URLSearchParams,
  known: readonly string[],
  type: string,
): ReadonlySet<string> | undefined {
  const text = query.get('$select');
  if (text === null) return undefined;
  const names = text.split(',').map((name) => name.trim());
  return new Set(
    names.map((name) => {
      const match = known.find((property) => property.toLowerCase() === name.toLowerCase());
      if (match === undefined) {
        throw badRequest(`Parsing OData Select failed: no property named '${name}' on type 'microsoft.graph.${type}'.`);
      }
      return match;
    }),
  );
}

/** A body in the form asked for. */
export function bodyOf(text: string, bodyAs: 'html' | 'text') {
  if (bodyAs === 'text') return { contentType: 'text', content: text } as const;
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return { contentType: 'html', content: `<html><body>${escaped}</body></html>` } as const;
}

/** Keeps `id`, the annotations (`@…`) and the selected properties. */
export function selected<T extends object>(item: T, select: ReadonlySet<string> | undefined): object {
  if (select === undefined) return item;
  return Object.fromEntries(
    Object.entries(item).filter(([name]) => name === 'id' || name.startsWith('@') || select.has(name)),
  );
}

export type Filter = (item: object) => boolean;

const COMPARISON = /^\s*(\w+)\s+(eq|ne|gt|ge|lt|le)\s+('(?:[^']|'')*'|[^\s']+)\s*$/;

/**
 * Compiles comparisons joined by `and`: `isRead eq false and receivedDateTime ge 2026-11-21T00:00:00Z`.
 *
 * @param allowed property name → operators it may stand with here.
 * @throws GraphFailure 400 on anything else.
 */
export function compileFilter(text: string, allowed: Readonly<Record<string, readonly string[]>>): Filter {
  const tests = text.split(/\s+and\s+/i).map((part) => {
    const [, property = '', operator = '', literal = ''] = COMPARISON.exec(part) ?? [];
    if (allowed[property]?.includes(operator) !== true) {
      throw badRequest(`Invalid filter clause: '${part}'.`, 'ErrorInvalidUrlQueryFilter');
    }
    const wanted = filterValue(property, literal);
    return (item: object) => compare(comparable(Reflect.get(item, property)), operator, wanted);
  });
  return (item) => tests.every((test) => test(item));
}

type Comparable = string | number | boolean;

function filterValue(property: string, literal: string): Comparable {
  if (literal === 'true' || literal === 'false') return literal === 'true';
  if (literal.startsWith("'") && !property.endsWith('DateTime')) return literal.slice(1, -1).replaceAll("''", "'");
  const at = parseInstant(literal);
  if (at === undefined) throw badRequest(`Invalid literal '${literal}' in filter.`, 'ErrorInvalidUrlQueryFilter');
  return at.getTime();
}

function comparable(value: unknown): Comparable {
  if (typeof value === 'boolean') return value;
  const text = String(value);
  return parseInstant(text)?.getTime() ?? text;
}

function compare(left: Comparable, operator: string, right: Comparable): boolean {
  switch (operator) {
    case 'eq':
      return left === right;
    case 'ne':
      return left !== right;
    case 'gt':
      return left > right;
    case 'ge':
      return left >= right;
    case 'lt':
      return left < right;
    default:
      return left <= right;
  }
}
