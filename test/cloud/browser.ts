/** A browser reduced to what a sign-in needs: pages over the desktop's network, forms, and posts to loopback. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface BrowserPage {
  /** Where the page is. */
  readonly url: string;
  readonly status: number;
  readonly html: string;
  /** Where a redirect leads, absolute; null when the page is none. */
  readonly location: string | null;
}

export interface PageForm {
  readonly method: string;
  /** Absolute. */
  readonly action: string;
  /** Inputs that are not buttons, with their values. */
  readonly fields: Readonly<Record<string, string>>;
  readonly buttons: readonly { readonly name: string; readonly value: string }[];
}

export interface Browser {
  get(url: string): Promise<BrowserPage>;
  /** Sends a form as a click on a button does; `values` fill its fields in. */
  submit(form: PageForm, values: Readonly<Record<string, string>>, origin: string): Promise<BrowserPage>;
  stop(): void;
}

/** Real milliseconds a page may take. */
const pageLimitMs = 15_000;

export function createBrowser(options: { readonly proxyUrl: string; readonly caPem: string }): Browser {
  const proxyEnv = { HTTPS_PROXY: options.proxyUrl, HTTP_PROXY: options.proxyUrl };
  const secure = new HttpsAgent({ proxyEnv, ca: options.caPem });
  const direct = new HttpAgent();

  function load(url: string, method: string, headers: Readonly<Record<string, string>>, body: string) {
    return new Promise<BrowserPage>((resolve, reject) => {
      const target = new URL(url);
      const isLoopback = target.hostname === 'localhost' || target.hostname === '127.0.0.1';
      if (target.protocol !== 'https:' && !isLoopback) {
        reject(new Error(`This browser opens https pages and loopback only, not ${target.protocol}//${target.host}`));
        return;
      }
      const settings = {
        method,
        headers: { accept: 'text/html', ...headers },
        signal: AbortSignal.timeout(pageLimitMs),
      };
      const done = (incoming: IncomingMessage) => {
        const chunks: Buffer[] = [];
        incoming.on('error', reject);
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({
            url,
            status: incoming.statusCode ?? 0,
            html: Buffer.concat(chunks).toString('utf8'),
            location: incoming.headers.location ? new URL(incoming.headers.location, url).href : null,
          }),
        );
      };
      const outgoing = isLoopback
        ? // Desktop listeners of sign-in libraries are on IPv4; a browser tries both.
          httpRequest(
            url,
            { ...settings, host: '127.0.0.1', agent: direct, headers: { ...settings.headers, host: target.host } },
            done,
          )
        : httpsRequest(url, { ...settings, agent: secure }, done);
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  return {
    get: (url) => load(url, 'GET', {}, ''),
    submit(form, values, origin) {
      const body = new URLSearchParams({ ...form.fields, ...values }).toString();
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': String(Buffer.byteLength(body)),
        // Browsers hide where they come from when an https page posts to plain http.
        origin: form.action.startsWith('https:') ? origin : 'null',
      };
      return load(form.action, form.method, headers, body);
    },
    stop() {
      secure.destroy();
      direct.destroy();
    },
  };
}

/** The forms of a page, in order. */
export function readForms(page: Pick<BrowserPage, 'url' | 'html'>): PageForm[] {
  return [...page.html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, head = '', inside = '']) => {
    const attributes = readAttributes(head);
    const fields: Record<string, string> = {};
    for (const [, input = ''] of inside.matchAll(/<input\b([^>]*)>/g)) {
      const { name, value } = readAttributes(input);
      if (name) fields[name] = value ?? '';
    }
    const buttons = [...inside.matchAll(/<button\b([^>]*)>/g)].map(([, button = '']) => {
      const { name = '', value = '' } = readAttributes(button);
      return { name, value };
    });
    return {
      method: (attributes.method ?? 'get').toUpperCase(),
      action: new URL(attributes.action ?? '', page.url).href,
      fields,
      buttons,
    };
  });
}

/** What a page says is wrong, if it does. */
export function readProblem(page: Pick<BrowserPage, 'html'>): string | null {
  const text = /role="alert"[^>]*>([^<]*)</.exec(page.html)?.[1];
  return text === undefined ? null : decode(text).trim();
}

function readAttributes(text: string): Record<string, string> {
  const found = [...text.matchAll(/([a-z-]+)="([^"]*)"/g)];
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, decode(value)]));
}

function decode(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}
