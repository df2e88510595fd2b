/** HTTP by hand, for what no HTTP client would send. */
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  /** 0: the connection ended without an answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Wire {
  readonly socket: Socket;
  /** Everything that came so far. */
  received(): string;
  /** Resolves when the other side has closed, or reset, the connection. */
  readonly closed: Promise<void>;
  /** The next answer, or status 0 when the connection ends first. */
  answer(): Promise<RawAnswer>;
}

export async function dial(port: number, host = '127.0.0.1'): Promise<Wire> {
  const socket = connect({ port, host, allowHalfOpen: true });
  let text = '';
  let consumed = 0;
  let isClosed = false;
  const looks = new Set<() => void>();
  const lookAll = (): void => {
    for (const look of [...looks]) look();
  };
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
    lookAll();
  });
  const closed = new Promise<void>((resolve) => {
    const close = (): void => {
      isClosed = true;
      socket.destroy();
      lookAll();
      resolve();
    };
    socket.once('end', close);
    socket.once('error', close);
    socket.once('close', close);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    received: () => text,
    closed,
    answer: () =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = answerIn(text.slice(consumed));
          if (!found && !isClosed) return;
          looks.delete(look);
          consumed += found?.length ?? 0;
          resolve(found?.answer ?? { status: 0, headers: {}, body: '' });
        };
        looks.add(look);
        look();
      }),
  };
}

function answerIn(text: string): { readonly answer: RawAnswer; readonly length: number } | null {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const [statusLine = '', ...lines] = text.slice(0, headEnd).split('\r\n');
  const status = Number(statusLine.split(' ')[1]);
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  if (status === 100) {
    const next = answerIn(text.slice(headEnd + 4));
    return next && { answer: next.answer, length: next.length + headEnd + 4 };
  }
  const length = headEnd + 4 + Number(headers['content-length'] ?? 0);
  return text.length < length ? null : { answer: { status, headers, body: text.slice(headEnd + 4, length) }, length };
}

/** One connection, these bytes, the first answer. */
export async function exchange(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  const wire = await dial(port);
  wire.socket.write(bytes);
  const answer = await wire.answer();
  wire.socket.destroy();
  return answer;
}

/** A request with the headers a sender would add. `headers` of undefined are left out. */
export function rawRequest(
  target: string,
  options: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string | undefined>>;
    readonly body?: string | Buffer;
    readonly version?: string;
  } = {},
): Buffer {
  const { method = 'POST', headers = {}, version = 'HTTP/1.1' } = options;
  const body = Buffer.from(options.body ?? '');
  const all: Readonly<Record<string, string | undefined>> = {
    host: 'some-name.loca.lt',
    'content-type': 'application/json',
    'content-length': String(body.length),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return Buffer.concat([
    Buffer.from([`${method} ${target} ${version}`, ...lines, '', ''].join('\r\n'), 'latin1'),
    body,
  ]);
}
