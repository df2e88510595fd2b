import { expect, test } from 'vitest';
import { type Installation, mayUpdate } from '../../../main/shell/update-policy.ts';

const source = 'provider: github\nowner: contoso\nrepo: tidings\n';
const signed = `${source}publisherName:\n  - Contoso Ltd\nupdaterCacheDirName: tidings-updater\n`;
const release: Installation = { builtForUpdates: true, isPackaged: true, platform: 'win32', source: signed };

test.each<[string, Partial<Installation>]>([
  ['Windows, with a publisher named', {}],
  ['Windows, with a publisher on the key’s own line', { source: `${source}publisherName: Contoso Ltd\n` }],
  ['Windows, with line ends of its own', { source: signed.replaceAll('\n', '\r\n') }],
  ['macOS, which compares signatures by itself', { platform: 'darwin', source }],
])('updates itself: a signed release on %s', (_, changes) => {
  expect(mayUpdate({ ...release, ...changes })).toEqual({ may: true });
});

test.each<[string, Partial<Installation>, string]>([
  ['an ordinary build', { builtForUpdates: false }, 'not built for updates'],
  ['one started from its folder', { isPackaged: false }, 'not installed from a package'],
  ['Linux', { platform: 'linux' }, 'this system does not check signatures'],
  ['a package without a source', { source: null }, 'no source of updates'],
  ['macOS without a source', { platform: 'darwin', source: null }, 'no source of updates'],
  ['Windows without a publisher', { source }, 'nobody is named who signs'],
  ['an empty list of publishers', { source: `${source}publisherName: []\n` }, 'nobody is named who signs'],
  ['a list without items', { source: `${source}publisherName:\nchannel: latest\n` }, 'nobody is named who signs'],
  ['no publisher at all', { source: `${source}publisherName: null\n` }, 'nobody is named who signs'],
  ['an empty name', { source: `${source}publisherName: ''\n` }, 'nobody is named who signs'],
  ['a publisher in a comment', { source: `${source}# publisherName: Contoso Ltd\n` }, 'nobody is named who signs'],
  ['one of another thing', { source: `${source}other:\n  publisherName: Contoso\n` }, 'nobody is named who signs'],
])('leaves itself as it is: %s', (_, changes, why) => {
  expect(mayUpdate({ ...release, ...changes })).toEqual({ may: false, why });
});
