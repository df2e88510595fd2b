/** The last labels of names that mean something on a private network only. */
const privateNames = /\.(?:local|localhost|internal|home\.arpa)\.?$/;
/** After the URL parser every way to write an IPv4 address has this form, and IPv6 stands in brackets. */
const literalAddress = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[.*\])$/;

/** Why Microsoft could not call this address of the person's own, as the end of a sentence; null when it can. */
export function publicAddressProblem(address: string): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null) return 'is not a web address';
  if (url.protocol !== 'https:') return 'must begin with https://';
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or password';
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return 'must be a host name only, without a path';
  const isPrivate = !url.hostname.includes('.') || privateNames.test(url.hostname);
  return isPrivate || literalAddress.test(url.hostname)
    ? 'must be a host name that Microsoft can reach from the internet'
    : null;
}
