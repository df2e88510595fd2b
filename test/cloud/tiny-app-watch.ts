/** The second half of the tiny app: a public listener behind the real localtunnel client, and one Graph subscription. */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

interface Tunnel {
  readonly url: string;
  on(event: 'error', listener: (error: Error) => void): void;
  once(event: 'url', listener: (url: string) => void): void;
}
/** The package brings no types; this is the part used here. */
const localtunnel: (options: { readonly port: number }) => Promise<Tunnel> = createRequire(import.meta.url)(
  'localtunnel',
);

/** Subscribes to the inbox. @returns the status and body of Graph's answer to the subscription request. */
export async function watchInbox(
  accessToken: string,
  expiresAt: Date,
  onNotification: (body: string) => void,
): Promise<{ readonly status: number; readonly body: string }> {
  const listener = createServer((request, response) => {
    const validationToken = new URL(request.url ?? '/', 'http://localhost').searchParams.get('validationToken');
    if (validationToken !== null) {
      response.writeHead(200, { 'content-type': 'text/plain' }).end(validationToken);
      return;
    }
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      response.writeHead(202).end();
      onNotification(body);
    });
  });
  // Idle tunnel sockets must not be timed out: the 408 would be taken for an answer.
  listener.headersTimeout = 0;
  listener.requestTimeout = 0;
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const tunnel = await localtunnel({ port: (listener.address() as AddressInfo).port });
  tunnel.on('error', () => {});
  await new Promise((resolve) => tunnel.once('url', resolve));
  const answer = await fetch('https://graph.microsoft.com/v1.0/subscriptions', {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      changeType: 'created',
      notificationUrl: `${tunnel.url}/notifications`,
      lifecycleNotificationUrl: `${tunnel.url}/lifecycle`,
      resource: "me/mailFolders('inbox')/messages",
      expirationDateTime: expiresAt.toISOString(),
      clientState: 'a secret of the tiny app',
    }),
  });
  return { status: answer.status, body: await answer.text() };
}
