/** What a person without an app registration is told before the app starts. */
import { readFileSync } from 'node:fs';
import { appFolder, type Place } from '../../main/system/folders.ts';
import { createSettingsFile } from '../../main/system/settings-file.ts';
import { clientIdSchema } from '../../main/system/settings-schema.ts';

/** Null when a client id is set: environment, settings file, or the slot of the build that follows. Changes nothing. */
export function clientIdNotice(place: Place): string | null {
  const { env } = place;
  // Not `read()`: it moves a file aside that it does not understand, and the app wants to say so itself.
  const { path } = createSettingsFile({ folder: appFolder(place).root, env, now: () => new Date() });
  const sources = [env.TIDINGS_CLIENT_ID, clientIdIn(path), env.TIDINGS_BUILD_CLIENT_ID];
  if (sources.some((source) => clientIdSchema.safeParse(source).success)) return null;
  const wrong = (['TIDINGS_CLIENT_ID', 'TIDINGS_BUILD_CLIENT_ID'] as const)
    .filter((name) => (env[name] ?? '').trim() !== '')
    .map((name) => `${name} is set, but it is not a GUID.\n`);
  return `${wrong.join('')}${describeClientId(path)}
Who builds Tidings for others sets TIDINGS_BUILD_CLIENT_ID while building, and nobody else has to.
How to get one, step by step: docs/register-your-app.md`;
}

/** Exactly where the client id goes, for a person who starts Tidings without one. */
function describeClientId(path: string): string {
  return [
    'Tidings needs the application (client) id of an app registration in Microsoft Entra.',
    'Give it in one of two ways, then start Tidings again:',
    `  in the file ${path}:  { "clientId": "00001111-aaaa-2222-bbbb-3333cccc4444" }`,
    '  in the environment:  TIDINGS_CLIENT_ID=00001111-aaaa-2222-bbbb-3333cccc4444',
    'The registration is of the platform "Mobile and desktop applications" with the redirect URI http://localhost.',
  ].join('\n');
}

function clientIdIn(path: string): unknown {
  try {
    const settings: unknown = JSON.parse(readFileSync(path, 'utf8').replace(/^\ufeff/, ''));
    return typeof settings === 'object' && settings !== null && 'clientId' in settings ? settings.clientId : null;
  } catch {
    return null;
  }
}
