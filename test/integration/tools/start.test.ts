import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** A checkout in which Electron's installer, the build and Electron itself are small programs of ours. */
let root: string;
let mirror: Server;
let mirrorUrl: string;
let mirrorStatus: number;
const asked: string[] = [];
const children: ChildProcess[] = [];
const onWindows = process.platform === 'win32';

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'tidings-start-'));
  put('node_modules/electron/package.json', '{"version":"45.4.1"}');
  put('node_modules/electron-vite/bin/electron-vite.js', "console.log('built ' + process.argv.slice(2).join(' '))");
  put('package.json', '{"type":"module"}');
  put(
    'out/main/start-browser.js',
    "console.log('browser shell', process.argv.slice(2).join(' '), process.env.NODE_USE_ENV_PROXY, process.env.NODE_USE_SYSTEM_CA); process.exitCode = 4;",
  );
  asked.length = 0;
  mirrorStatus = 200;
  mirror = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(mirrorStatus).end();
  });
  mirrorUrl = await listen(mirror);
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  mirror.closeAllConnections();
  await new Promise((resolve) => mirror.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

function put(path: string, text: string): string {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}
async function listen(server: Pick<Server, 'listen' | 'address' | 'once'>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** An installer that leaves this as Electron. */
const installs = (electron: string): string => `
  const { chmodSync, mkdirSync, writeFileSync } = require('node:fs');
  mkdirSync(__dirname + '/dist', { recursive: true });
  writeFileSync(__dirname + '/dist/electron', ${JSON.stringify(`#!/bin/sh\n${electron}\n`)});
  chmodSync(__dirname + '/dist/electron', 0o755);
  writeFileSync(__dirname + '/dist/version', '45.4.1');
  writeFileSync(__dirname + '/path.txt', 'electron');
  console.log('installed');`;

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ status: number | null; text: string; ms: number }>;
  /** Resolves when this text was printed. */
  printed(text: string): Promise<void>;
}
/** `npm start` in the checkout, in a process of its own. */
function start(
  env: Record<string, string>,
  limits: { askLimitMs?: number; installLimitMs?: number } = {},
  args: readonly string[] = ['--hello'],
): Run {
  const startTidings = join(import.meta.dirname, '..', '..', 'tools', 'start-tidings.ts');
  const script = `import { startTidings } from ${JSON.stringify(startTidings)};
    process.exitCode = await startTidings({ root: ${JSON.stringify(root)}, env: process.env, args: ${JSON.stringify(args)},
      tell: (line) => console.log(line), ...${JSON.stringify(limits)} });`;
  const started = Date.now();
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { PATH: process.env.PATH, HOME: root, DISPLAY: ':99', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let text = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += chunk;
      for (const watcher of watchers) watcher();
    });
  }
  return {
    child,
    ended: once(child, 'close').then(([status]) => ({ status, text, ms: Date.now() - started })),
    printed: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (text.includes(wanted)) resolve();
        };
        watchers.add(look);
        look();
      }),
  };
}

describe.skipIf(onWindows)(`npm start${onWindows ? ' (not run: the played Electron is a shell script)' : ''}`, () => {
  const whatToDo = ['ELECTRON_MIRROR=', 'ELECTRON_OVERRIDE_DIST_PATH=', 'opens in your web browser instead'];
  const inBrowser = /built build --logLevel warn\nbrowser shell --hello/;

  test('without a binary and with a proxy to nowhere it says so and opens in the browser, soon', async () => {
    put('node_modules/electron/install.js', "console.log('installer ran')");
    const nowhere = 'http://127.0.0.1:9';
    const { status, text, ms } = await start({ HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere }).ended;
    expect(text).toContain('ECONNREFUSED');
    for (const words of whatToDo) expect(text).toContain(words);
    expect(text).not.toContain('installer ran');
    expect(text).toMatch(/browser shell --hello 1 1\n/); // the proxy and the system's certificates hold there as well
    expect(status).toBe(4);
    expect(ms).toBeLessThan(8000);
  });

  test('a server that takes the call and never answers is given up', async () => {
    put('node_modules/electron/install.js', "console.log('installer ran')");
    const silent = createSocketServer(() => {});
    const url = await listen(silent as unknown as Server);
    const { status, text, ms } = await start({ ELECTRON_MIRROR: url }, { askLimitMs: 700 }).ended;
    silent.close();
    expect(text).toContain('(no answer in 0.7 s)');
    expect(text).not.toContain('installer ran');
    expect(text).toMatch(inBrowser);
    expect(status).toBe(4);
    expect(ms).toBeLessThan(6000);
  });

  test('without being told otherwise it decides within 5 s', async () => {
    const decided = async (url: string): Promise<number> => {
      const began = Date.now();
      const run = start({ ELECTRON_MIRROR: url });
      await run.printed('opens in your web browser instead');
      const took = Date.now() - began;
      await run.ended;
      return took;
    };
    // How long a start takes by itself hangs on what else the machine does: one that is answered at once tells.
    mirrorStatus = 404;
    const answered = await decided(mirrorUrl);
    const silent = createSocketServer(() => {});
    const unanswered = await decided(await listen(silent as unknown as Server));
    silent.close();
    expect(unanswered - Math.max(0, answered - 1_000)).toBeLessThan(5_000);
  });

  test('a server that does not have it is told as that', async () => {
    mirrorStatus = 404;
    const { status, text } = await start({ ELECTRON_MIRROR: mirrorUrl }).ended;
    expect(text).toContain('(it answered 404)');
    expect(text).toMatch(inBrowser);
    expect(status).toBe(4);
  });

  test('an installer that hangs is ended at its limit', async () => {
    put('node_modules/electron/install.js', 'setInterval(() => {}, 1000)');
    const { status, text, ms } = await start({ ELECTRON_MIRROR: mirrorUrl }, { installLimitMs: 600 }).ended;
    expect(text).toContain('it was not done after');
    for (const words of whatToDo) expect(text).toContain(words);
    expect(text).toMatch(inBrowser);
    expect(status).toBe(4);
    expect(ms).toBeLessThan(6000);
  });

  test('it gets Electron, builds, starts the app with what it was given, and ends as the app ends', async () => {
    put('node_modules/electron/install.js', installs('echo "app $* [$ELECTRON_RUN_AS_NODE]"; exit 7'));
    const { status, text } = await start({ ELECTRON_MIRROR: mirrorUrl, ELECTRON_RUN_AS_NODE: '1' }).ended;
    const file = `electron-v45.4.1-${process.platform}-${process.arch}.zip`;
    expect(asked).toEqual([`HEAD /v45.4.1/${file}`]);
    expect(text).toMatch(/installed\nbuilt build --logLevel warn\n/);
    expect(text).toContain(`app ${root} --hello []\n`);
    expect(status).toBe(7);
  });

  test('a build that fails starts nothing', async () => {
    const electron = put('there/electron', '#!/bin/sh\necho started\n');
    chmodSync(electron, 0o755);
    put('node_modules/electron-vite/bin/electron-vite.js', 'process.exit(3)');
    const { status, text } = await start({ ELECTRON_OVERRIDE_DIST_PATH: dirname(electron) }).ended;
    expect(status).toBe(1);
    expect(text).toContain('could not be built');
    expect(text).not.toContain('started');
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s reaches the app, which ends in its own way',
    async (signal) => {
      const electron = put(
        'there/electron',
        `#!/bin/sh\ntrap 'echo quit in order; kill $pause; exit 5' ${signal.slice(3)}\nsleep 60 & pause=$!\necho up\nwait\n`,
      );
      chmodSync(electron, 0o755);
      const run = start({ ELECTRON_OVERRIDE_DIST_PATH: dirname(electron) });
      await run.printed('up');
      run.child.kill(signal);
      const { status, text } = await run.ended;
      expect(text).toContain('quit in order');
      expect(status).toBe(5);
    },
  );

  test('a folder without Electron in it is told by name, and nothing is downloaded', async () => {
    const { status, text } = await start({ ELECTRON_OVERRIDE_DIST_PATH: root, ELECTRON_MIRROR: mirrorUrl }).ended;
    expect(status).toBe(1);
    expect(text).toContain(`there is no ${join(root, 'electron')}`);
    expect(asked).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux')(
    'without a display it says so instead of downloading for nothing, and goes into the browser',
    async () => {
      const { status, text } = await start({ DISPLAY: '', ELECTRON_MIRROR: mirrorUrl }).ended;
      expect(text).toContain('There is no display here');
      expect(text).toMatch(inBrowser);
      expect(status).toBe(4);
      expect(asked).toEqual([]);
    },
  );

  test('who asks for the browser gets it, and nothing is looked for', async () => {
    const { status, text } = await start({ ELECTRON_MIRROR: mirrorUrl }, {}, ['--browser', '--hello']).ended;
    expect(text).toMatch(inBrowser);
    expect(status).toBe(4);
    expect(asked).toEqual([]);
  });

  test('an Electron that this system cannot run gives way to the browser', async () => {
    const electron = put(
      'there/electron',
      '#!/bin/sh\necho libmissing.so: cannot open shared object file >&2\nexit 127\n',
    );
    chmodSync(electron, 0o755);
    const { status, text } = await start({ ELECTRON_OVERRIDE_DIST_PATH: dirname(electron) }).ended;
    expect(text).toContain('cannot run on this machine');
    expect(text).toContain('browser shell --hello');
    expect(status).toBe(4);
  });

  test('the missing client id is told first, and hinders nothing', async () => {
    put('node_modules/electron/install.js', installs('echo app'));
    const { status, text } = await start({ ELECTRON_MIRROR: mirrorUrl }).ended;
    expect(text.startsWith('Tidings needs the application (client) id')).toBe(true);
    expect(text).toContain('docs/register-your-app.md');
    expect(text.indexOf('client id')).toBeLessThan(text.indexOf('app\n'));
    expect(status).toBe(0);
    expect(existsSync(join(root, '.config'))).toBe(false);
  });
});
