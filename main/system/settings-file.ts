import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../disk/replace-file.ts';
import { Failure } from '../domain/failure.ts';
import type { Settings } from '../domain/settings.ts';
import { readJsonFile } from './json-file.ts';
import { mergeSettings } from './merge-settings.ts';
import { readPolicy } from './policy-file.ts';
import {
  authoritySchema,
  clientIdSchema,
  describeIssues,
  type FileSettings,
  fileSchema,
  knownKeys,
} from './settings-schema.ts';

/** What was built in, for an organisation's own package. Weaker than the file and the environment. */
export interface BuiltInSettings {
  readonly clientId?: string | undefined;
  readonly authority?: string | undefined;
}
export interface SettingsReading {
  /** Complete: the administrator's policy over environment over file over built-in over defaults. */
  readonly settings: Settings;
  /** Base name under which a file that was not understood is kept; the defaults hold in its place. */
  readonly invalidKeptAs: string | null;
  /** One sentence each: what was wrong with a source and what was done. Safe to show and to log. */
  readonly problems: readonly string[];
  /** Keys in the file that this version does not know. They stay in the file. */
  readonly unknownKeys: readonly string[];
  /** Who else decides: what is set there, the file cannot change. */
  readonly managed: Readonly<Partial<Record<keyof Settings, 'policy' | 'environment'>>>;
}
export interface SettingsFile {
  readonly path: string;
  /** @throws {Failure} `configuration` if the file is there but the system does not let us read it. */
  read(): SettingsReading;
  /**
   * Changes these keys in the file and leaves the others, also unknown ones, as they are. The file is replaced as a
   * whole: after a crash it is the old one or the new one.
   *
   * @throws {Failure} `configuration` if a value is not allowed, `storage` if the disk refuses.
   */
  write(changes: Partial<Settings>): void;
}

const FILE_NAME = 'settings.json';

/**
 * The settings file in `folder`, with `TIDINGS_CLIENT_ID` and `TIDINGS_AUTHORITY` from the environment on top.
 *
 * @param options.env        pass `process.env`.
 * @param options.policyPath the administrator's file, which is only read; see `policyPath()`.
 */
export function createSettingsFile(options: {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly builtIn?: BuiltInSettings;
  readonly policyPath?: string | null;
  readonly now: () => Date;
}): SettingsFile {
  const { folder, env, builtIn = {}, policyPath = null, now } = options;
  const path = join(folder, FILE_NAME);

  return {
    path,
    read() {
      const problems: string[] = [];
      const checked = <T>(schema: { safeParse(text: string): SafeParse<T> }, name: string, text?: string) => {
        if (text === undefined || text.trim() === '') return undefined;
        const result = schema.safeParse(text);
        if (result.success) return result.data;
        problems.push(`${name} is ignored: it ${result.error.issues[0]?.message ?? 'is not valid'}.`);
        return undefined;
      };
      const file = readFile(path);
      let invalidKeptAs: string | null = null;
      if (file.kind === 'invalid') {
        invalidKeptAs = keepAside(folder, path, now());
        problems.push(`${FILE_NAME} was not understood and is kept as ${invalidKeptAs}: ${file.why}.`);
      }
      const policy = policyPath === null ? noPolicy : readPolicy(policyPath);
      const environment = {
        clientId: checked(clientIdSchema, 'TIDINGS_CLIENT_ID', env.TIDINGS_CLIENT_ID),
        authority: checked(authoritySchema, 'TIDINGS_AUTHORITY', env.TIDINGS_AUTHORITY),
      };
      const { settings, problem } = mergeSettings([
        policy.settings,
        environment,
        file.kind === 'read' ? file.settings : {},
        {
          clientId: checked(clientIdSchema, 'The built-in client id', builtIn.clientId),
          authority: checked(authoritySchema, 'The built-in authority', builtIn.authority),
        },
      ]);
      for (const each of [policy.problem, problem]) if (each !== null) problems.push(each);
      const unknownKeys = file.kind === 'read' ? Object.keys(file.raw).filter((key) => !knownKeys.has(key)) : [];
      const managed = { ...managedBy('environment', environment), ...managedBy('policy', policy.settings) };
      return { settings, invalidKeptAs, problems, unknownKeys, managed };
    },
    write(changes) {
      const checkedChanges = fileSchema.safeParse(changes);
      if (!checkedChanges.success) {
        throw new Failure('configuration', `This setting is not allowed: ${describeIssues(checkedChanges.error)}.`);
      }
      const file = readFile(path);
      if (file.kind === 'invalid') keepAside(folder, path, now());
      const raw = file.kind === 'read' ? file.raw : {};
      const next = `${JSON.stringify({ ...raw, ...withoutAbsent(checkedChanges.data) }, null, 2)}\n`;
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        replaceFile(path, next);
      } catch (cause) {
        throw new Failure('storage', `Tidings cannot write ${path}. Please check the disk and who owns the file.`, {
          cause,
        });
      }
    },
  };
}

const managedBy = <Who extends string>(who: Who, source: FileSettings): Partial<Record<keyof Settings, Who>> =>
  Object.fromEntries(
    Object.entries(source).flatMap(([key, value]) => (value === undefined || value === null ? [] : [[key, who]])),
  );

const noPolicy = { settings: {}, problem: null } as const;

type SafeParse<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: { readonly issues: readonly { readonly message: string }[] } };
type FileContent =
  | { readonly kind: 'absent' }
  | { readonly kind: 'invalid'; readonly why: string }
  | { readonly kind: 'read'; readonly settings: FileSettings; readonly raw: Readonly<Record<string, unknown>> };

function readFile(path: string): FileContent {
  const content = readJsonFile(path);
  if (content.kind === 'denied') {
    throw new Failure('configuration', `Tidings cannot read ${path}. Please check who owns the file.`, {
      cause: content.cause,
    });
  }
  if (content.kind !== 'json') return content;
  const parsed = fileSchema.safeParse(content.value);
  if (!parsed.success) return { kind: 'invalid', why: describeIssues(parsed.error) };
  return { kind: 'read', settings: parsed.data, raw: content.value as Record<string, unknown> };
}

/** Moves a file that was not understood to a name of its own. Returns that name. */
function keepAside(folder: string, path: string, now: Date): string {
  const stem = `settings.invalid-${now.toISOString().slice(0, 19).replaceAll(':', '-')}`;
  let name = `${stem}.json`;
  for (let n = 2; existsSync(join(folder, name)); n += 1) name = `${stem}-${n}.json`;
  try {
    renameSync(path, join(folder, name));
  } catch (cause) {
    throw new Failure('storage', `Tidings cannot move ${path}, which it does not understand. Please correct it.`, {
      cause,
    });
  }
  return name;
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
const withoutAbsent = <T extends object>(values: T): Present<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
