import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../main/store/database.ts';
import { createRecordingLog } from './fixtures.ts';

let folder: string;
let database: Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-database-'));
  const file = join(folder, 'history.db');
  database = openDatabase(file, new Date('2026-11-21T09:00:00Z'), createRecordingLog(), () => true).database;
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

/** As SQLite numbers them. */
const full = 2;
const normal = 1;
const synchronous = () => database.prepare('PRAGMA synchronous').get()?.synchronous;
const rows = () => database.prepare('SELECT post FROM queue').all();
const insert = (post: string) => database.prepare('INSERT INTO queue (post) VALUES (?)').run(post);

test('a transaction waits for the disk, a hasty one does not, and what comes after it does again', () => {
  expect(synchronous()).toBe(full);
  expect(database.transaction(synchronous)).toBe(full);
  expect(database.hastyTransaction(synchronous)).toBe(normal);
  expect(synchronous()).toBe(full);
  expect(database.transaction(synchronous)).toBe(full);
});

test('a hasty transaction that fails is undone whole, and what comes after it waits for the disk', () => {
  const failing = () =>
    database.hastyTransaction(() => {
      insert('undone');
      throw new Error('half-way');
    });
  expect(failing).toThrow('half-way');
  expect(rows()).toEqual([]);
  expect(synchronous()).toBe(full);
});

test('a hasty transaction is in the file when the process ends without closing it', () => {
  database.hastyTransaction(() => insert('kept'));
  const log = createRecordingLog();
  const second = openDatabase(join(folder, 'history.db'), new Date('2026-11-21T09:00:01Z'), log, () => true);
  expect(second.database.prepare('SELECT post FROM queue').all()).toEqual([{ post: 'kept' }]);
  second.database.close();
});
