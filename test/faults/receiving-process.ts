/**
 * The public door alone: the real listener over the real history, nothing behind it. Says its port on standard output,
 * then takes what is posted until it is killed. Argument: the history's file.
 */
import { createHash } from 'node:crypto';
import { openStore } from '../../main/store/store.ts';
import { createListener } from '../../main/webhook/listener.ts';
import { testCipher } from '../unit/store/fixtures.ts';
import { clientState, paths } from './received.ts';

const log = { info: () => {}, warn: () => {}, error: () => {} };
const clock = { now: () => new Date() };
const store = openStore({ file: process.argv[2] ?? '', cipher: testCipher, clock, log });
const digest = createHash('sha256').update(clientState).digest('hex');
const listener = createListener({
  clock,
  rules: {
    secrets: () => paths,
    expected: () => [{ account: 'ada', resource: 'mail', digest }],
    validationExpected: () => false,
    expectedHost: () => null,
    put: (post) => store.queue.put(post),
    refused: () => {},
  },
});
const port = await listener.start(0);
process.stdout.write(`${port}\n`);
// Whoever started us is gone.
process.stdin.resume().once('end', () => process.exit(0));
