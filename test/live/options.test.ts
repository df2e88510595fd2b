import { expect, test } from 'vitest';
import { defaultSettings } from '../../main/domain/settings.ts';
import { readOptions } from './options.ts';

const today = new Date('2026-11-21T09:00:00Z');
const clientId = '11111111-2222-4333-8444-555555555555';
const read = (...args: string[]) => readOptions(args, {}, today);

test('a client id is enough', () => {
  const options = {
    settings: { ...defaultSettings, clientId },
    waitMs: 600_000,
    stayMs: 0,
    reauthorize: false,
    openBrowser: true,
    recording: 'tidings-live-2026-11-21.json',
  };
  expect(read('--client-id', clientId)).toEqual(options);
  expect(readOptions([], { TIDINGS_CLIENT_ID: clientId }, today)).toEqual(options);
});

test('everything can be chosen', () => {
  expect(
    read(
      ...['--client-id', clientId, '--cloud', 'usGov', '--fixed-address', 'https://ada.example', '--port', '4711'],
      ...['--previews', '--reauthorize', '--wait', '2', '--stay', '30', '--no-browser', '--no-record'],
    ),
  ).toEqual({
    settings: {
      ...defaultSettings,
      clientId,
      cloud: 'usGov',
      authority: 'https://login.microsoftonline.us/organizations',
      tunnel: { kind: 'fixedAddress', url: 'https://ada.example', port: 4711 },
      previews: true,
    },
    waitMs: 120_000,
    stayMs: 1_800_000,
    reauthorize: true,
    openBrowser: false,
    recording: null,
  });
});

test.each([
  [[], 'A client id is missing: --client-id ID'],
  [['--client-id', 'ada'], 'The client id is not a GUID'],
  [['--cloud', 'mars'], 'There is no cloud mars: global, usGov, usGovDoD, china'],
  [['--authority', 'https://login.fabrikam.example'], '--authority is no sign-in address of the cloud global'],
  [
    ['--cloud', 'china', '--authority', 'https://login.microsoftonline.com/common'],
    '--authority is no sign-in address of the cloud china',
  ],
  [['--port', '80'], '--port belongs to --fixed-address'],
  [['--fixed-address', 'https://ada.example'], '--fixed-address needs --port, a number from 1 to 65535'],
  [
    ['--fixed-address', 'https://ada.example', '--port', '1', '--relay', 'https://r.example'],
    '--relay and --fixed-address exclude each other',
  ],
  [['--relay', 'ftp://r.example'], '--relay is an address such as https://localtunnel.me'],
  [['--wait', '0'], '--wait is a number of minutes above 0, at most 1440'],
  [['--stay', 'long'], '--stay is a number of minutes, at most 1440'],
])('%j is refused with one sentence', (args, sentence) => {
  const id = args[0] === '--client-id' || args.length === 0 ? [] : ['--client-id', clientId];
  expect(read(...id, ...args)).toBe(sentence);
});

test('a misspelt option is refused by its name', () => {
  expect(read('--client-id', clientId, '--recrod', 'x')).toMatch(/^Unknown option '--recrod'/);
});

test('help is only that', () => {
  expect(read('--help')).toBe(null);
});
