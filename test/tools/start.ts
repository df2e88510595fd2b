import { join } from 'node:path';
import { startTidings } from './start-tidings.ts';

process.exitCode = await startTidings({
  root: join(import.meta.dirname, '..', '..'),
  env: process.env,
  args: process.argv.slice(2),
  tell: (line) => console.log(line),
});
