/** What an administrator has set for everybody on this machine. Tidings only ever reads this file. */
import { readJsonFile } from './json-file.ts';
import { describeIssues, type PolicySettings, policyKeys, policySchema } from './settings-schema.ts';

export interface PolicyReading {
  readonly settings: PolicySettings;
  /** One sentence when the file is there and cannot be used; it is then ignored as a whole and left as it is. */
  readonly problem: string | null;
}

const ignored = (path: string, why: string): PolicyReading => ({
  settings: {},
  problem: `The policy file ${path} is ignored: ${why}.`,
});

/**
 * A policy that cannot be used is ignored as a whole: half a policy would be a set-up that nobody has chosen. On Unix
 * that includes a file which everybody may write, for then it is nobody's policy.
 */
export function readPolicy(path: string, platform: string = process.platform): PolicyReading {
  const file = readJsonFile(path);
  if (file.kind === 'absent') return { settings: {}, problem: null };
  if (file.kind === 'denied') return ignored(path, 'it may not be read');
  if (file.kind === 'invalid') return ignored(path, file.why);
  if (platform !== 'win32' && (file.mode & 0o002) !== 0) return ignored(path, 'everybody may write it');
  const parsed = policySchema.safeParse(file.value);
  if (!parsed.success) return ignored(path, describeIssues(parsed.error));
  const unknown = Object.keys(file.value as object).filter((key) => !policyKeys.has(key));
  // A misspelled key would be a rule that silently does not hold.
  if (unknown.length > 0) return ignored(path, `it has keys that are none: ${unknown.join(', ').slice(0, 120)}`);
  return { settings: parsed.data, problem: null };
}
