/**
 * The file format in which Linux desktops are told of programs.
 *
 * @see https://specifications.freedesktop.org/desktop-entry-spec/latest/
 */

/** The keys of the group `[Desktop Entry]`, still escaped; of a key that stands twice the first one. */
export function entryKeys(text: string): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  let isOurs = false;
  for (const line of text.split(/\r?\n/u)) {
    if (/^\s*\[/u.test(line)) isOurs = line.trim() === '[Desktop Entry]';
    const [, key, value] = /^\s*([A-Za-z0-9-]+)\s*=\s*(.*?)\s*$/u.exec(line) ?? [];
    if (isOurs && key !== undefined && value !== undefined && !keys.has(key)) keys.set(key, value);
  }
  return keys;
}

/**
 * A command for the key `Exec`: each argument in quotation marks, where the shell's characters are escaped, then all of
 * it escaped once more as every text of the format is.
 *
 * @throws {RangeError} for what cannot be said: control characters, `=` in the program's path, and `%`, which the format
 *   allows there but GLib looks for on the disk as it is escaped.
 */
export function execOf(command: readonly [program: string, ...rest: string[]]): string {
  if (/[=%]/u.test(command[0])) throw new RangeError('a program’s path may contain neither “=” nor “%”');
  if (command.some((part) => /\p{Cc}/u.test(part))) throw new RangeError('control characters in a command');
  return command
    .map((part) => `"${part.replace(/["`$\\]/gu, '\\$&')}"`)
    .join(' ')
    .replaceAll('%', '%%')
    .replaceAll('\\', '\\\\');
}

/** The first argument of an `Exec` value, or null when it cannot be read: unbalanced quotation marks. */
export function programIn(exec: string): string | null {
  const text = exec.replaceAll('\\\\', '\\').trimStart();
  const [, quoted, plain] = /^(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?:\s|$)/u.exec(text) ?? [];
  if (plain !== undefined) return plain.replaceAll('%%', '%');
  return quoted === undefined ? null : quoted.replace(/\\(.)/gu, '$1').replaceAll('%%', '%');
}
