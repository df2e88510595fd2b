import { type CloudName, cloudOfSignIn, clouds, signsInAt } from '../domain/cloud.ts';
import { defaultSettings, type Settings } from '../domain/settings.ts';
import type { FileSettings } from './settings-schema.ts';

/**
 * One set of settings from several sources, the strongest first. Cloud and authority have to fit together: where they
 * do not, the stronger source holds (at one source the authority) and `problem` says so in a sentence.
 */
export function mergeSettings(sources: readonly FileSettings[]): {
  readonly settings: Settings;
  readonly problem: string | null;
} {
  const pick = <K extends keyof Settings>(key: K): Settings[K] => given(sources, key)?.value ?? defaultSettings[key];
  const { authority, cloud, problem } = cloudAndAuthority(given(sources, 'authority'), given(sources, 'cloud'));
  return {
    settings: {
      clientId: pick('clientId'),
      authority,
      cloud,
      tunnel: pick('tunnel'),
      previews: pick('previews'),
      contentLevel: pick('contentLevel'),
      theme: pick('theme'),
      mail: pick('mail'),
      calendar: pick('calendar'),
      reminders: pick('reminders'),
      quietHours: pick('quietHours'),
    },
    problem,
  };
}

interface Given<T> {
  readonly value: T;
  readonly rank: number;
}
/** The strongest source that says something about a key; an empty client id says nothing. */
function given<K extends keyof Settings>(
  sources: readonly FileSettings[],
  key: K,
): Given<NonNullable<Settings[K]>> | null {
  for (const [rank, source] of sources.entries()) {
    const value = source[key];
    if (value !== undefined && value !== null) return { value: value as NonNullable<Settings[K]>, rank };
  }
  return null;
}

function cloudAndAuthority(
  authority: Given<string> | null,
  cloud: Given<CloudName> | null,
): { authority: string; cloud: CloudName; problem: string | null } {
  if (authority === null) {
    const name = cloud?.value ?? defaultSettings.cloud;
    return { authority: clouds[name].authority, cloud: name, problem: null };
  }
  const itsOwn = cloudOfSignIn(new URL(authority.value).host)?.name ?? defaultSettings.cloud;
  if (cloud === null) return { authority: authority.value, cloud: itsOwn, problem: null };
  if (signsInAt(cloud.value, authority.value)) return { authority: authority.value, cloud: cloud.value, problem: null };
  if (cloud.rank < authority.rank) {
    const own = clouds[cloud.value].authority;
    return {
      authority: own,
      cloud: cloud.value,
      problem: `The authority is not one of the cloud ${cloud.value}, so ${own} is used.`,
    };
  }
  return {
    authority: authority.value,
    cloud: itsOwn,
    problem: `The cloud ${cloud.value} does not belong to the authority, so the cloud ${itsOwn} is used.`,
  };
}
