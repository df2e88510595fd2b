/** What must not stand in the log of any story, whatever happens in it: tokens, secrets of the listener, words of people. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '../cloud/cloud.ts';
import { type Canary, hits, tokensIn } from '../fuzz/places.ts';
import type { Story } from './vocabulary.ts';

/** Tokens of whatever kind, also those that the keyring has long replaced. */
const tokenLike = /eyJ[\w-]{16,}\.[\w-]{8,}|Bearer [\w.-]{16,}|[?&](?:code|validationToken|client_info)=[\w.%-]{8,}/;

/** @returns what was found, by kind and place, never the secret itself. */
export function secretsInLog(app: { readonly folder: string }, cloud: Cloud, story: Story): readonly string[] {
  const logs = join(app.folder, 'app', 'logs');
  if (!existsSync(logs)) return [];
  const files = Object.fromEntries(readdirSync(logs).map((name) => [name, readFileSync(join(logs, name), 'utf8')]));
  const { people, words } = wordsOf(story);
  const secrets = people.flatMap((username) =>
    cloud.graph.subscriptionSecrets(username).flatMap(({ clientState, notificationUrl }): Canary[] => [
      { name: 'a clientState', text: clientState },
      { name: 'a path of the listener', text: new URL(notificationUrl).pathname.slice(1) },
    ]),
  );
  const personal = [...people, ...words].map((text): Canary => ({ name: `“${text}”`, text }));
  const tokens = tokensIn(join(app.folder, 'keyring.json'));
  const like = Object.keys(files).filter((name) => tokenLike.test(files[name] ?? ''));
  const found = [
    ...hits(files, [...secrets.filter(({ text }) => text.length >= 16), ...tokens, ...personal]),
    ...like.map((name) => `something like a token in ${name}`),
  ];
  return [...new Set(found)];
}

/** Who is in the story, and what is written in it; single words are left out, as they could be ours as well. */
export function wordsOf(story: Pick<Story, 'steps'>): { readonly people: string[]; readonly words: string[] } {
  const people = new Set<string>();
  const words = new Set<string>();
  const look = (value: unknown, field: string): void => {
    if (typeof value === 'string') {
      for (const [address] of value.matchAll(/[\w.-]+@[\w.-]+\.\w+/g)) people.add(address);
      if (['subject', 'from', 'location', 'preview'].includes(field) && / \S/.test(value)) words.add(value);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) look(inner, name);
    }
  };
  for (const step of story.steps) if (!('expect' in step)) look(step, '');
  return { people: [...people], words: [...words] };
}
