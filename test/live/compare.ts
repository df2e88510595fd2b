/** `node test/live/compare.ts RECORDING`: plays what was recorded on the stand-in, and names every difference. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { defaultAccounts, defaultClientId } from '../cloud/entra/accounts.ts';
import { type Difference, differencesOf } from './differences.ts';
import { playLive } from './played.ts';
import { type Recording, readRecording } from './recording.ts';

const usage = `node test/live/compare.ts RECORDING

Plays the steps of a recording of "npm run live" on the stand-in cloud, and names every difference: statuses, keys,
kinds of values, headers, order. Exit status 0: none, 1: some, 2: it could not be compared.`;

const titles: Readonly<Record<Difference['about'], string>> = {
  verdict: 'Steps that went another way',
  answer: 'Answers that differ',
  order: 'Another order',
  happening: 'Happened on one side only',
  status: 'Other statuses',
  key: 'Keys on one side only',
  kind: 'Other kinds of values',
  header: 'Headers',
};

const [file, ...more] = process.argv.slice(2);
if (file === undefined || file === '--help' || more.length > 0) {
  console.log(usage);
  process.exitCode = file === '--help' ? 0 : 2;
} else {
  try {
    process.exitCode = tell(await compared(readRecording(readFileSync(file, 'utf8'))));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
}

async function compared(recording: Recording): Promise<readonly Difference[]> {
  const { setup } = recording;
  if (setup.tunnel === 'fixedAddress') {
    console.log(
      'The recording used a fixed address; the stand-in plays localtunnel, so headers of the way in may differ.',
    );
  }
  const [someone] = defaultAccounts.filter(({ kind }) => kind === (setup.account ?? 'work'));
  if (someone === undefined) throw new Error(`The stand-in has no ${setup.account} account.`);
  const account = { ...someone, cloud: setup.cloud };
  const folder = mkdtempSync(join(tmpdir(), 'tidings-compare-'));
  const cloud = await startCloud({ clock: 'real', accounts: [account] });
  try {
    furnish(cloud, account.username, recording);
    const run = playLive({
      cloud,
      cwd: folder,
      username: account.username,
      args: [
        ...['--client-id', defaultClientId, '--cloud', setup.cloud, '--record', 'standin.json', '--wait', '1'],
        ...(setup.previews ? ['--previews'] : []),
        ...(setup.reauthorize ? ['--reauthorize'] : []),
      ],
    });
    const status = await run.ended;
    if (status !== 0) throw new Error(`The stand-in's run ended with ${status}:\n${run.lines.join('\n')}`);
    return differencesOf(recording, readRecording(readFileSync(join(folder, 'standin.json'), 'utf8')));
  } finally {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whoever had mail and meetings before has them here too. */
function furnish(cloud: Cloud, username: string, { exchanges }: Recording): void {
  const had = (path: string): boolean =>
    exchanges.some(
      ({ path: asked, query, response }) =>
        asked.endsWith(path) &&
        !query.includes('$deltatoken') &&
        typeof response.body === 'object' &&
        'value/[]' in response.body,
    );
  if (had('/inbox/messages/delta')) cloud.graph.mailbox(username).deliver({ subject: 'From before' });
  if (had('/calendarView/delta')) {
    const start = new Date(cloud.clock.now().getTime() + 2 * 24 * 60 * 60_000);
    cloud.graph.calendar(username).create({ subject: 'From before', start });
  }
}

/** @returns the exit status. */
function tell(differences: readonly Difference[]): number {
  if (differences.length === 0) {
    console.log('No difference: the stand-in did what Microsoft did.');
    return 0;
  }
  for (const [about, group] of Map.groupBy(differences, (difference) => difference.about)) {
    console.log(`\n${titles[about]} (${group.length})`);
    for (const { where, microsoft, standIn } of group) {
      console.log(`  ${where}\n    Microsoft: ${microsoft}\n    stand-in:  ${standIn}`);
    }
  }
  console.log(`\n${differences.length} differences.`);
  return 1;
}
