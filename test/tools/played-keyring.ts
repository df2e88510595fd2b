/**
 * A keyring played by a file, for machines that have none: everything above the native module is the real thing, from
 * MSAL's extension down to `keytar`'s calls. Loaded with `--import` into the app's process only; the product knows
 * nothing of it. `TIDINGS_PLAYED_KEYRING` names the file; a `locked` mark in it refuses as a locked keyring would, and a
 * `denied` one as when the person says no to each question whether something may be kept.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

export interface PlayedKeyring {
  readonly locked: boolean;
  readonly denied?: boolean;
  readonly secrets: Readonly<Record<string, string>>;
}

/** What the file holds; an absent one is an empty, open keyring. */
export function readPlayedKeyring(file: string): PlayedKeyring {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PlayedKeyring) : { locked: false, secrets: {} };
}
export function writePlayedKeyring(file: string, keyring: PlayedKeyring): void {
  writeFileSync(`${file}.new`, JSON.stringify(keyring), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

const source = (file: string): string => `
  const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
  const file = ${JSON.stringify(file)};
  const read = () => existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { locked: false, secrets: {} };
  const write = (keyring) => {
    writeFileSync(file + '.new', JSON.stringify(keyring), { mode: 0o600 });
    renameSync(file + '.new', file);
  };
  const key = (service, account) => service + '\\n' + account;
  exports.getPassword = async (service, account) => {
    const { locked, secrets } = read();
    return locked ? null : (secrets[key(service, account)] ?? null);
  };
  exports.setPassword = async (service, account, password) => {
    const keyring = read();
    if (keyring.locked) throw new Error('Cannot create an item in a locked collection');
    if (keyring.denied) throw new Error('Prompt dismissed');
    write({ ...keyring, secrets: { ...keyring.secrets, [key(service, account)]: password } });
  };
  exports.deletePassword = async (service, account) => {
    const keyring = read();
    const { [key(service, account)]: gone, ...secrets } = keyring.secrets;
    if (!keyring.locked && gone !== undefined) write({ ...keyring, secrets });
    return !keyring.locked && gone !== undefined;
  };
  exports.findPassword = async () => null;
  exports.findCredentials = async () => [];
`;

const file = process.env.TIDINGS_PLAYED_KEYRING;
if (file !== undefined && file !== '') {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'keytar' || specifier === '@github/keytar'
        ? { url: 'played-keyring:keytar', format: 'commonjs', shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      url === 'played-keyring:keytar'
        ? { format: 'commonjs', source: source(file), shortCircuit: true }
        : next(url, context),
  });
}
