/** `session` and `protocol`: the app's own scheme really answers its pages; permission handlers are asked by tests. */
import type { SchemeRequest, SchemeResponse } from '../wire.ts';
import { complete, emitterOf, preventable } from './guard.ts';
import { isReady, needsReady } from './host.ts';

type SchemeHandler = (request: Request) => Response | Promise<Response>;
type Headers_ = Record<string, string[]>;
type Listener = (details: object, callback: (answer: Record<string, unknown>) => void) => void;
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
    unhandle: (scheme: string) => void handlers.delete(scheme),
    isProtocolHandled: (scheme: string) => handlers.has(scheme),
    [find]: (scheme: string) => handlers.get(scheme) ?? null,
  });
}
const find = Symbol('find');

function createWebRequest() {
  const listeners = new Map<string, Listener | null>();
  const setter = (event: string) => (a: unknown, b?: unknown) => {
    // The filter is left out of play: own pages send so few requests that listeners may as well see them all.
    const listener = typeof a === 'function' || a === null ? a : b;
    listeners.set(event, (listener ?? null) as Listener | null);
  };
  const api = {
    onBeforeRequest: setter('onBeforeRequest'),
    onHeadersReceived: setter('onHeadersReceived'),
    onBeforeSendHeaders: setter('onBeforeSendHeaders'),
    onBeforeRedirect: setter('onBeforeRedirect'),
    onCompleted: setter('onCompleted'),
    onErrorOccurred: setter('onErrorOccurred'),
  };
  const ask = (event: string, details: object): Promise<Record<string, unknown>> => {
    const listener = listeners.get(event);
    return listener ? new Promise((resolve) => listener(details, resolve)) : Promise.resolve({});
  };
  return { api: complete('webRequest', api), ask };
}

function createSession(partition: string) {
  const { api: webRequest, ask } = createWebRequest();
  const protocol = partition === '' ? defaultProtocol : createProtocol();
  let permissionRequest: PermissionRequest | null = null;
  let permissionCheck: PermissionCheck | null = null;
  let device: DeviceHandler | null = null;
  let display: DisplayHandler | null = null;
  const accepted = () => {};
  const emitter = emitterOf('session', [
    'will-download',
    'select-hid-device',
    'select-serial-port',
    'select-usb-device',
    'preconnect',
  ]);
  return complete(
    'session',
    Object.assign(emitter, {
      protocol,
      webRequest,
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
      setUSBProtectedClassesHandler: accepted,
      setBluetoothPairingHandler: accepted,
      setCertificateVerifyProc: accepted,
      setSpellCheckerEnabled: accepted,
      setSpellCheckerLanguages: accepted,
      setSpellCheckerDictionaryDownloadURL: accepted,
      setUserAgent: accepted,
      clearStorageData: async () => {},
      clearCache: async () => {},
      closeAllConnections: async () => {},
      setProxy: async () => {},
      resolveProxy: async () => 'DIRECT',
      isPersistent: () => partition === '' || partition.startsWith('persist:'),
      fetch: (input: string | URL | Request, init?: RequestInit) => fetch(input, init),
      [partitionOf]: partition,
      [answer]: async (request: SchemeRequest): Promise<SchemeResponse | null> => {
        const { url, method, resourceType } = request;
        const details = { id: 1, url, method, resourceType, timestamp: Date.now() };
        if ((await ask('onBeforeRequest', details)).cancel === true) return null;
        const handler = protocol[find](new URL(url).protocol.slice(0, -1));
        if (handler === null) return null;
        const body = request.body === null || method === 'GET' ? null : new Uint8Array(request.body);
        const response = await handler(new Request(url, { method, headers: request.headers, body }));
        const received: Headers_ = {};
        for (const [name, value] of response.headers) received[name] = [...(received[name] ?? []), value];
        const changed = await ask('onHeadersReceived', {
          ...details,
          statusCode: response.status,
          responseHeaders: received,
        });
        if (changed.cancel === true) return null;
        const headers = Object.entries((changed.responseHeaders as Headers_ | undefined) ?? received);
        return {
          status: response.status,
          headers: Object.fromEntries(headers.map(([name, values]) => [name, [values].flat().join(', ')])),
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
