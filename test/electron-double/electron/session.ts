/** `session` and `protocol`: the app's own scheme really answers its pages; permission handlers are asked by tests. */
import type { SchemeRequest, SchemeResponse } from '../wire.ts';
import { complete, emitterOf, preventable } from './guard.ts';
import { isReady, needsReady } from './host.ts';

type SchemeHandler = (request: Request) => Response | Promise<Response>;
type PermissionRequest = (
  contents: unknown,
  permission: string,
  callback: (granted: boolean) => void,
  details: object,
) => void;
type DeviceHandler = (details: object) => boolean;
type DisplayHandler = (request: object, callback: (streams: object | null) => void) => void;
type PermissionCheck = (contents: unknown, permission: string, origin: string, details: object) => boolean;

const privileged = new Map<string, Readonly<Record<string, boolean>>>();

function createProtocol() {
  const handlers = new Map<string, SchemeHandler>();
  return complete('protocol', {
    registerSchemesAsPrivileged: (schemes: { scheme: string; privileges?: Record<string, boolean> }[]) => {
      if (isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
      for (const { scheme, privileges } of schemes) privileged.set(scheme, privileges ?? {});
    },
    handle: (scheme: string, handler: SchemeHandler) => {
      needsReady('Session can only be received');
      if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
      const declared = privileged.get(scheme);
      if (!declared?.standard || !declared.secure) {
        throw new Error(
          `The double wants '${scheme}' declared standard and secure by registerSchemesAsPrivileged before ready`,
        );
      }
      handlers.set(scheme, handler);
    },
    [find]: (scheme: string) => handlers.get(scheme) ?? null,
  });
}
const find = Symbol('find');

function createSession(partition: string) {
  const protocol = partition === '' ? defaultProtocol : createProtocol();
  let permissionRequest: PermissionRequest | null = null;
  let permissionCheck: PermissionCheck | null = null;
  let device: DeviceHandler | null = null;
  let display: DisplayHandler | null = null;
  const emitter = emitterOf('session', ['will-download']);
  return complete(
    'session',
    Object.assign(emitter, {
      protocol,
      setPermissionRequestHandler: (handler: PermissionRequest | null) => {
        permissionRequest = handler;
      },
      setPermissionCheckHandler: (handler: PermissionCheck | null) => {
        permissionCheck = handler;
      },
      // Asked by tests only: no page here can reach a device, a screen or a download.
      setDevicePermissionHandler: (handler: DeviceHandler | null) => {
        device = handler;
      },
      setDisplayMediaRequestHandler: (handler: DisplayHandler | null) => {
        display = handler;
      },
      clearCache: async () => {},
      closeAllConnections: async () => {},
      resolveProxy: async () => 'DIRECT',
      fetch: (input: string | URL | Request, init?: RequestInit) => fetch(input, init),
      [partitionOf]: partition,
      [answer]: async (request: SchemeRequest): Promise<SchemeResponse | null> => {
        const { url, method } = request;
        const handler = protocol[find](new URL(url).protocol.slice(0, -1));
        if (handler === null) return null;
        const body = request.body === null || method === 'GET' ? null : new Uint8Array(request.body);
        const response = await handler(new Request(url, { method, headers: request.headers, body }));
        return {
          status: response.status,
          headers: Object.fromEntries(response.headers),
          body: new Uint8Array(await response.arrayBuffer()),
        };
      },
      [everythingElse]: async () => {
        const download = preventable({});
        emitter.emit('will-download', download, {}, {});
        const asked = display;
        return {
          // Without handlers Electron grants devices once chosen, and lets no screen be shared.
          device: device === null || device({ deviceType: 'usb', origin: '', device: {} }) === true,
          screen:
            asked !== null && (await new Promise<boolean>((done) => asked({}, (streams) => done(streams !== null)))),
          download: !download.defaultPrevented,
        };
      },
      [permission]: async (name: string) => {
        const details = { isMainFrame: true, requestingUrl: '', securityOrigin: '' };
        const request = permissionRequest;
        // Without a handler Electron grants: that is what tests must be able to see.
        const requested =
          request === null || (await new Promise<boolean>((done) => request(null, name, done, details)));
        return { check: permissionCheck?.(null, name, '', details) ?? true, request: requested };
      },
    }),
  );
}
const answer = Symbol('answer');
const permission = Symbol('permission');
const everythingElse = Symbol('everythingElse');
export const partitionOf = Symbol('partition');

export type DoubleSession = ReturnType<typeof createSession>;
const sessions = new Map<string, DoubleSession>();
const defaultProtocol = createProtocol();
export const protocol = defaultProtocol;

function sessionFor(partition: string): DoubleSession {
  needsReady('Session can only be received');
  const known = sessions.get(partition) ?? createSession(partition);
  sessions.set(partition, known);
  return known;
}

export const session = complete('session', {
  get defaultSession() {
    return sessionFor('');
  },
  fromPartition: (partition: string) => sessionFor(partition),
});

export function answerRequest(request: SchemeRequest): Promise<SchemeResponse | null> {
  return sessionFor(request.partition)[answer](request);
}
export function askPermission(partition: string, name: string) {
  return sessionFor(partition)[permission](name);
}
export function askSession(partition: string) {
  return sessionFor(partition)[everythingElse]();
}
