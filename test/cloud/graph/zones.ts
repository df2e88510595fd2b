/** Time zones: the Windows names that Outlook uses beside the IANA ones, and wall-clock time in a zone. */

/** A small choice; the real list is longer. */
const windowsZones: Readonly<Record<string, string>> = {
  UTC: 'UTC',
  'GMT Standard Time': 'Europe/London',
  'Greenwich Standard Time': 'Atlantic/Reykjavik',
  'W. Europe Standard Time': 'Europe/Berlin',
  'Central Europe Standard Time': 'Europe/Budapest',
  'Romance Standard Time': 'Europe/Paris',
  'Central European Standard Time': 'Europe/Warsaw',
  'E. Europe Standard Time': 'Europe/Chisinau',
  'FLE Standard Time': 'Europe/Kyiv',
  'Russian Standard Time': 'Europe/Moscow',
  'Eastern Standard Time': 'America/New_York',
  'Central Standard Time': 'America/Chicago',
  'Mountain Standard Time': 'America/Denver',
  'Pacific Standard Time': 'America/Los_Angeles',
  'E. South America Standard Time': 'America/Sao_Paulo',
  'India Standard Time': 'Asia/Kolkata',
  'China Standard Time': 'Asia/Shanghai',
  'Singapore Standard Time': 'Asia/Singapore',
  'Tokyo Standard Time': 'Asia/Tokyo',
  'AUS Eastern Standard Time': 'Australia/Sydney',
  'New Zealand Standard Time': 'Pacific/Auckland',
};

const byLowerCase = new Map(Object.entries(windowsZones).map(([name, iana]) => [name.toLowerCase(), iana]));

/** The IANA zone behind either kind of name, or undefined for a name nobody knows. */
export function ianaZone(name: string): string | undefined {
  const known = byLowerCase.get(name.toLowerCase());
  if (known !== undefined) return known;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    const two = '2-digit';
    const parts = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, ...parts });
    formats.set(zone, format);
  }
  return format;
}

/** What a clock on the wall shows there: `2026-11-21T10:00:00`. */
export function wallTime(at: Date, zone: string): string {
  return zone === 'UTC' ? at.toISOString().slice(0, 19) : formatOf(zone).format(at).replace(' ', 'T');
}

/** The instant at which a clock on the wall shows this; the first of two in autumn, the later reading of a gap in spring. */
export function instantAt(wall: string, zone: string): Date {
  const wanted = Date.parse(`${wall}Z`);
  const offset = (atMs: number) => Date.parse(`${wallTime(new Date(atMs), zone)}Z`) - atMs;
  const before = wanted - offset(wanted - 12 * 3_600_000);
  const after = wanted - offset(wanted + 12 * 3_600_000);
  const shows = (ms: number) => wallTime(new Date(ms), zone) === wall;
  return new Date(!shows(before) && shows(after) ? after : before);
}
