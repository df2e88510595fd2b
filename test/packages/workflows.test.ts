/** The workflows cannot run here: what can be read in them is held to its rules. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './packed.ts';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: number;
  readonly environment?: string;
  readonly needs?: string;
  readonly strategy?: { readonly matrix: { readonly include: readonly { readonly system: string }[] } };
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

// electron-builder's own reader of YAML.
const ofBuilder = createRequire(createRequire(import.meta.url).resolve('app-builder-lib/package.json'));
const { load } = ofBuilder('js-yaml') as { load: (text: string) => unknown };
const folder = join(root, '.github', 'workflows');
const names = readdirSync(folder).sort();
const read = (name: string): Workflow => load(readFileSync(join(folder, name), 'utf8')) as Workflow;
const jobsOf = (name: string): [string, Job][] => Object.entries(read(name).jobs);
const stepsOf = (name: string): Step[] => jobsOf(name).flatMap(([, { steps }]) => steps);
const scripts = Object.keys(
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts,
);

const expression = (inside: string): string => `$\{{ ${inside} }}`;

test('there is one for every change and one for releases', () => {
  expect(names).toEqual(['ci.yml', 'release.yml']);
});

describe.each(names)('%s', (name) => {
  test('may read the repository and nothing else, except the one job that drafts a release', () => {
    expect(read(name).permissions).toEqual({ contents: 'read' });
    const more = jobsOf(name).flatMap(([job, { permissions }]) =>
      permissions === undefined ? [] : [[job, permissions]],
    );
    expect(more).toEqual(name === 'release.yml' ? [['draft', { contents: 'write' }]] : []);
  });

  test('uses GitHub’s own actions, each pinned by its major version, and leaves no token in the checkout', () => {
    const used = stepsOf(name).flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(2);
    expect(used.filter((each) => !/^actions\/[a-z-]+@v\d+$/.test(each))).toEqual([]);
    const checkouts = stepsOf(name).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.map((step) => step.with?.['persist-credentials'])).toEqual(checkouts.map(() => false));
  });

  test('puts no text from outside into a command, where it could become one', () => {
    const inserted = stepsOf(name).flatMap(({ run = '' }) => run.match(/\$\{\{.*?\}\}/gs) ?? []);
    expect(
      inserted.filter(
        (each) => !/^\$\{\{ (?:matrix|steps)\.[\w.]+(?: ==? '[^']*' && '[^']*' \|\| '[^']*')? \}\}$/.test(each),
      ),
    ).toEqual([]);
  });

  test('ends every job in time', () => {
    for (const [, job] of jobsOf(name)) expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
  });

  test('runs on Linux, Windows and macOS', () => {
    const systems = jobsOf(name).flatMap(
      ([, { strategy }]) => strategy?.matrix.include.map(({ system }) => system) ?? [],
    );
    expect(systems).toEqual(['linux', 'win', 'mac']);
  });

  test('calls only scripts and files that are there', () => {
    const commands = stepsOf(name).flatMap(({ run = '' }) => run);
    const called = commands.flatMap((command) =>
      [...command.matchAll(/npm (?:run (?!-))?(?!run )([a-z][\w:-]*)(?=\s|$)/g)].map(([, script = '']) => script),
    );
    expect(called.filter((script) => script !== 'ci' && !scripts.includes(script))).toEqual([]);
    const files = commands.flatMap((command) =>
      [...command.matchAll(/node ([\w./-]+\.ts)/g)].map(([, file = '']) => file),
    );
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  test('says that it could not be run where it was written', () => {
    expect(readFileSync(join(folder, name), 'utf8').replaceAll(/\n# ?/g, ' ')).toContain(
      'could not be run where it was written',
    );
  });
});

describe('ci.yml', () => {
  const at = (pattern: RegExp): number => stepsOf('ci.yml').findIndex(({ run = '' }) => pattern.test(run));

  test('installs, lints, checks types and tests before Electron is fetched, driven, packaged, inspected and pictured', () => {
    const order = [
      /^npm ci$/,
      /^npm run lint$/,
      /^npm run types$/,
      /^npm test$/,
      /install-electron/,
      /conformance/,
      /electron-builder/,
      /check\.ts dist/,
      /start\.ts dist/,
    ].map(at);
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  test('keeps packages and pictures to be looked at, and knows no secret', () => {
    const kept = stepsOf('ci.yml').filter(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
    expect(kept.map((step) => step.with?.name)).toEqual([
      `pictures-${expression('matrix.system')}`,
      `unsigned-${expression('matrix.system')}`,
    ]);
    expect(readFileSync(join(folder, 'ci.yml'), 'utf8')).not.toMatch(/secrets\.|TIDINGS_BUILD/);
  });
});

describe('release.yml', () => {
  const steps = stepsOf('release.yml');
  const unsigned = steps.find(({ name }) => name === 'Packages without a signature');
  const signed = steps.filter(({ run = '' }) => run.includes('forceCodeSigning'));

  test('begins with a version’s tag alone, and that must be the version in package.json', () => {
    expect(read('release.yml').on).toEqual({ push: { tags: ['v[0-9]+.[0-9]+.[0-9]+'] } });
    expect(steps.some(({ run = '' }) => run.includes('require("./package.json").version'))).toBe(true);
  });

  test('without a certificate: no updates, no place to get them from, and a name that says so', () => {
    expect(unsigned?.if).toBe("steps.certificate.outputs.signed != 'true'");
    expect(unsigned?.run).toContain('-unsigned.');
    expect(`${unsigned?.run} ${JSON.stringify(unsigned?.env)}`).not.toMatch(
      /publish\.|TIDINGS_BUILD_UPDATES|secrets\./,
    );
    const build = steps.find(({ name }) => name === 'Build');
    expect(build?.env?.TIDINGS_BUILD_UPDATES).toBe(
      expression("steps.certificate.outputs.signed == 'true' && 'signed' || ''"),
    );
  });

  test('with one: a package that cannot be signed is no package, and the signatures are looked at', () => {
    expect(signed.map((step) => step.if)).toEqual([
      "steps.certificate.outputs.signed == 'true' && matrix.system == 'win'",
      "steps.certificate.outputs.signed == 'true' && matrix.system == 'mac'",
    ]);
    const all = steps.map(({ run = '' }) => run).join('\n');
    for (const check of [
      'Get-AuthenticodeSignature',
      'codesign --verify',
      'spctl --assess',
      'stapler validate',
      'publisherName',
    ])
      expect(all).toContain(check);
  });

  test('publishes nothing by itself: electron-builder never, and a person from a draft', () => {
    const builders = steps.filter(({ run = '' }) => run.includes('electron-builder'));
    expect(builders).toHaveLength(3);
    for (const { run } of builders) expect(run).toContain('--publish never');
    expect(read('release.yml').jobs.draft?.needs).toBe('package');
    expect(steps.at(-1)?.run).toContain('gh release create "$TAG" --draft --verify-tag');
  });

  test('reads secrets only in the job that a person may hold up, and only into the environment of a step', () => {
    const text = readFileSync(join(folder, 'release.yml'), 'utf8');
    expect(read('release.yml').jobs.package?.environment).toBe('release');
    for (const { run = '' } of steps) expect(run).not.toContain('secrets.');
    expect(text.slice(text.indexOf('\n  draft:'))).not.toContain('secrets.');
  });
});
