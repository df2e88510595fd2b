import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../cloud/cloud.ts';
import { writePlayedKeyring } from '../tools/played-keyring.ts';
import { secretsInLog, wordsOf } from './secrets.ts';
import { readStory } from './vocabulary.ts';

const story = readStory(
  'story.json',
  JSON.stringify({
    name: 'A story',
    promise: 'Its words stay out of the log.',
    steps: [
      { app: 'start' },
      { mail: 'arrives', subject: 'Quarterly numbers', from: 'Grace Roe <grace@fabrikam.example>' },
      { mail: 'arrives', subject: 'Review' },
    ],
  }),
);
const secrets = {
  clientState: 'a-client-state-of-forty-three-characters-xx',
  notificationUrl: 'https://name.loca.lt/a-secret-path-of-the-listener',
};
const cloud = { graph: { subscriptionSecrets: () => [secrets] } } as unknown as Cloud;
const refreshToken = 'a-refresh-token-that-the-keyring-holds-0123456789';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-secrets-'));
  mkdirSync(join(folder, 'app', 'logs'), { recursive: true });
  writePlayedKeyring(join(folder, 'keyring.json'), {
    locked: false,
    secrets: { cache: JSON.stringify({ RefreshToken: { one: { secret: refreshToken } } }) },
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const found = (line: string): readonly string[] => {
  writeFileSync(join(folder, 'app', 'logs', 'tidings.log'), `{"event":"world.opened"}\n${line}\n`);
  return secretsInLog({ folder }, cloud, story);
};

test('people and words of a story are those that nobody else would write', () => {
  expect(wordsOf(story)).toEqual({
    people: ['ada@contoso.example', 'grace@fabrikam.example'],
    words: ['Quarterly numbers', 'Grace Roe <grace@fabrikam.example>'],
  });
});

test.each([
  ['a clientState', secrets.clientState, 'a clientState in tidings.log'],
  ['a path of the listener', 'POST /a-secret-path-of-the-listener', 'a path of the listener in tidings.log'],
  ['a token of the keyring', refreshToken, 'refresh token in tidings.log'],
  ['a token that was replaced long ago', 'Bearer abcdefghijklmnop0123', 'something like a token in tidings.log'],
  ['an address', 'for grace@fabrikam.example', '“grace@fabrikam.example” in tidings.log'],
  ['a subject', 'told of Quarterly numbers', '“Quarterly numbers” in tidings.log'],
])('%s in the log is found', (_what, line, finding) => {
  expect(found(line)).toEqual([finding]);
});

test('a log without any is clean', () => {
  expect(found('{"event":"delta.read","changes":2}')).toEqual([]);
});
