/**
 * A process that stores without end and says on standard output what it was promised is stored, one line per promise:
 * `q N` for a post, `a N` for an alert. Arguments: file, first number. Ends with status 3 and the failure's code when
 * storing fails.
 */
import { writeSync } from 'node:fs';
import { Failure } from '../../../main/domain/failure.ts';
import { openStore } from '../../../main/store/store.ts';
import { change, createRecordingLog, mailAlert, post, testCipher } from '../../unit/store/fixtures.ts';

const [file = '', first = '0'] = process.argv.slice(2);
const LIMIT = 200_000;
const store = openStore({ file, cipher: testCipher, clock: { now: () => new Date() }, log: createRecordingLog() });
try {
  for (let n = Number(first); n < LIMIT; n += 1) {
    store.queue.put(post(`sub-${n}`));
    writeSync(1, `q ${n}\n`);
    if (n % 3 !== 0) continue;
    store.ledger.apply(change({ alerts: [{ alert: mailAlert(`alert-${n}`), announcement: 'waiting' }] }));
    writeSync(1, `a ${n}\n`);
  }
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  writeSync(1, `failed ${error.code}\n`);
  process.exitCode = 3;
}
