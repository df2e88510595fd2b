/** How Outlook's end of Graph pages a list: `$top`, `$skip`, `Prefer: odata.maxpagesize`, and a link to the rest. */
import type { Call } from './call.ts';
import { positiveInteger, SERVICE_ROOT } from './odata.ts';

/** More than this on one page is never sent, whatever was asked for. */
export const LARGEST_PAGE = 1000;

/** The page that was asked for, and what names the next one. @throws GraphFailure 400 for a `$top` or `$skip` that is none. */
export function pageOf<T>(call: Call, items: readonly T[], path: string) {
  const top = call.query.get('$top');
  const size = Math.min(top === null ? (call.prefer.maxPageSize ?? 10) : positiveInteger(top, '$top'), LARGEST_PAGE);
  const skipText = call.query.get('$skip') ?? '0';
  const skip = skipText === '0' ? 0 : positiveInteger(skipText, '$skip');
  const next = new URLSearchParams(call.query);
  next.set('$skip', String(skip + size));
  const nextLink = skip + size < items.length ? { '@odata.nextLink': `${SERVICE_ROOT}/${path}?${next}` } : {};
  return { page: items.slice(skip, skip + size), nextLink };
}
