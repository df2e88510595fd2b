/** Where a secret could lie about: files, processes, texts; and how to find it there. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readPlayedKeyring } from '../tools/played-keyring.ts';

export interface Canary {
  readonly name: string;
  readonly text: string;
}

/**
 * Every canary that is found, as `name in place`. Looked for as it is, in UTF-16, in base64, encoded for an address, and
 * by a piece of 24 characters from its middle.
 */
export function hits(
  places: Readonly<Record<string, string | Buffer>>,
  canaries: readonly Canary[],
): readonly string[] {
  return Object.entries(places).flatMap(([place, content]) => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    return canaries
      .filter(({ text }) => text !== '' && formsOf(text).some((form) => bytes.includes(form)))
      .map(({ name }) => `${name} in ${place}`);
  });
}

function formsOf(text: string): readonly Buffer[] {
  const middle = Math.floor(text.length / 2) - 12;
  const piece = text.length < 40 ? text : text.slice(middle, middle + 24);
  // Without its last letters, which depend on what follows.
  const base64 = Buffer.from(text)
    .toString('base64')
    .replace(/.{0,3}=*$/, '');
  return [
    Buffer.from(text),
    Buffer.from(piece),
    Buffer.from(text, 'utf16le'),
    Buffer.from(base64),
    Buffer.from(encodeURIComponent(text)),
  ];
}

/** Tokens as MSAL's cache in the keyring holds them, and the key of the history. */
export function tokensIn(keyring: string): readonly Canary[] {
  const found: Canary[] = [];
  const kinds = { AccessToken: 'access token', RefreshToken: 'refresh token', IdToken: 'id token' } as const;
  for (const text of Object.values(readPlayedKeyring(keyring).secrets)) {
    if (!text.startsWith('{')) {
      found.push({ name: 'key of the history', text });
      continue;
    }
    const cache = JSON.parse(text) as Readonly<Record<string, Readonly<Record<string, { readonly secret?: string }>>>>;
    for (const [kind, name] of Object.entries(kinds)) {
      for (const { secret } of Object.values(cache[kind] ?? {}))
        if (secret !== undefined) found.push({ name, text: secret });
    }
  }
  return found;
}

/** Every file below a folder but those named, by its path. */
export function profileFiles(folder: string, but: readonly string[]): Readonly<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  const walk = (path: string, shown: string): void => {
    for (const name of readdirSync(path)) {
      if (but.includes(name)) continue;
      const inner = join(path, name);
      if (statSync(inner).isDirectory()) walk(inner, `${shown}${name}/`);
      else if (statSync(inner).isFile()) files[`${shown}${name}`] = readFileSync(inner);
    }
  };
  walk(folder, '/');
  return files;
}

/** Arguments and environment of a process and all below it; null where the system does not show them. */
export function processes(pid: number): Readonly<Record<string, Buffer>> | null {
  if (!existsSync(`/proc/${pid}/environ`)) return null;
  const shown: Record<string, Buffer> = {};
  const look = (id: number): void => {
    try {
      const name = readFileSync(`/proc/${id}/cmdline`, 'latin1')
        .split('\0')
        .map((word) => word.split('/').at(-1))
        .join(' ');
      shown[`arguments of ${id} ${name.slice(0, 60)}`] = readFileSync(`/proc/${id}/cmdline`);
      shown[`environment of ${id} ${name.slice(0, 60)}`] = readFileSync(`/proc/${id}/environ`);
      for (const task of readdirSync(`/proc/${id}/task`)) {
        const children = readFileSync(`/proc/${id}/task/${task}/children`, 'latin1');
        for (const child of children.split(' ').filter(Boolean)) look(Number(child));
      }
    } catch {
      // It has ended meanwhile.
    }
  };
  look(pid);
  return shown;
}
