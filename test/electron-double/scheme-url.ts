/**
 * Chromium refuses to load schemes it does not know, even intercepted ones, so `app://main/x` is shown to it as
 * `https://main.app.electron-double.test/x`. Nothing ever resolves that name.
 */
const SUFFIX = '.electron-double.test';

export function toChromiumUrl(url: string): string {
  const { protocol, host, pathname, search, hash } = new URL(url);
  const scheme = protocol.slice(0, -1);
  if (['http', 'https', 'file', 'data', 'about', 'blob'].includes(scheme)) return url;
  return `https://${host}.${scheme}${SUFFIX}${pathname}${search}${hash}`;
}

/** The app's own URL for one that Chromium sees; any other URL unchanged. */
export function toAppUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed?.hostname.endsWith(SUFFIX)) return url;
  const labels = parsed.hostname.slice(0, -SUFFIX.length).split('.');
  const scheme = labels.pop() ?? '';
  return `${scheme}://${labels.join('.')}${parsed.pathname}${parsed.search}${parsed.hash}`;
}

export function isAppUrl(chromiumUrl: string): boolean {
  return toAppUrl(chromiumUrl) !== chromiumUrl;
}
