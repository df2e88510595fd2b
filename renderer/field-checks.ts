/**
 * What can be said about a field before main is asked: the mistakes people make while typing. Main decides, and its
 * sentence is shown as well.
 */
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A sentence, or null where nothing is wrong. */
export function clientIdProblem(text: string): string | null {
  if (guid.test(text.trim())) return null;
  return 'A client id looks like 00001111-aaaa-2222-bbbb-3333cccc4444: eight, four, four, four and twelve letters from a to f or digits.';
}

export function addressProblem(text: string, others: readonly string[]): string | null {
  const address = text.trim().toLowerCase();
  if (!/^[^\s@]*@[^\s@]+$/.test(address)) {
    return 'Type an address like ada@contoso.example, or a whole domain like @contoso.example.';
  }
  return others.includes(address) ? 'This one is in the list already.' : null;
}

/** `https://name.example`, with a port if need be and nothing else. */
export function httpsAddressProblem(text: string): string | null {
  const address = text.trim();
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== 'https:') return 'Type an address that begins with https://';
  const isPlain = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  return isPlain ? null : 'Only the address itself, like https://tidings.contoso.example: no path and no name.';
}

export function portProblem(text: string): string | null {
  const port = Number(text);
  return /^\d{1,5}$/.test(text.trim()) && port >= 1 && port <= 65_535 ? null : 'A port is a number from 1 to 65535.';
}

/** "19:30". */
export const timeWords = (hour: number, minute: number): string =>
  [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');

/** A time of day as people type it, such as 7:30, 0730, 19.30, 7 pm: "07:30"; null where it is none. */
export function readTime(text: string): string | null {
  const found = /^(\d{1,2})(?:[:.]?(\d{2}))?\s*([ap]m)?$/i.exec(text.trim());
  if (found === null) return null;
  const [, hours = '', minutes = '0', half] = found;
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  const isTime =
    hour < 24 && Number(minutes) < 60 && (half === undefined || (Number(hours) >= 1 && Number(hours) <= 12));
  return isTime ? timeWords(hour, Number(minutes)) : null;
}
