/**
 * Questions to Microsoft that the fact sheets leave open, each asked once, harmlessly: with Tidings' own client for
 * Graph, about our own subscriptions, and never with a change to mail or calendar.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { clouds } from '../../main/domain/cloud.ts';
import type { GraphSubscription } from '../../main/domain/ports.ts';
import type { Settings } from '../../main/domain/settings.ts';
import { askedLifetimeMs } from '../../main/domain/subscription.ts';
import { type ClientOptions, createClient, type GraphRequest } from '../../main/graph/client.ts';
import { createSubscriptions } from '../../main/graph/subscriptions.ts';

import type { RecordedExchange } from './recording.ts';
import type { LiveWorld } from './world.ts';

/** Documented ceiling of basic Outlook subscriptions, and what lies clearly beyond it. */
const beyondMs = 20 * 24 * 60 * 60_000;

export interface Question {
  readonly name: string;
  /** @returns the answer, without anything personal. Rejects with a Failure when there was none. */
  ask(): Promise<string>;
}

export interface QuestionDesk {
  readonly questions: readonly Question[];
  readonly reauthorize: Question;
  close(): Promise<void>;
}

export function createQuestions(given: {
  readonly world: LiveWorld;
  readonly settings: Settings;
  readonly account: string;
  /** Ours at Graph now. */
  readonly mail: { readonly id: string };
  readonly calendar: { readonly id: string };
}): QuestionDesk {
  const { world, settings, account } = given;
  const { recorder, clock, log } = world;
  const options = (tokens: ClientOptions['tokens']): ClientOptions => ({
    fetch: recorder.fetchAs('question'),
    tokens,
    clock,
    log,
    baseUrl: `${clouds[settings.cloud].graphOrigin}/v1.0`,
  });
  const token = (forceRefresh = false) => world.identity.accessToken(account, { forceRefresh });
  const client = createClient(options({ accessToken: (request) => token(request?.forceRefresh) }));
  const stranger = createClient(options({ accessToken: async () => 'this.is.none' }));
  const subscriptions = createSubscriptions(client, log);
  const mailPath = `/subscriptions/${encodeURIComponent(given.mail.id)}`;
  const address = (segment: string): string => `${world.publicUrl() ?? 'https://gone.example'}/${segment}`;
  const ourAddresses = () => {
    const secrets = world.secrets();
    if (secrets === null) throw new TypeError('there are no addresses of ours yet');
    return {
      notificationUrl: address(secrets.notificationPath),
      lifecycleNotificationUrl: address(secrets.lifecyclePath),
    };
  };

  /** The question's own exchange, whatever Tidings made of it. */
  async function watched(run: () => Promise<unknown>): Promise<{
    readonly answer: RecordedExchange | undefined;
    readonly validations: number;
  }> {
    const before = recorder.exchanges.length;
    await run().catch(() => {});
    const since = recorder.exchanges.slice(before);
    return {
      answer: since.findLast(({ direction, by }) => direction === 'out' && by === 'question'),
      validations: since.filter(isValidation).length,
    };
  }
  const request = (method: GraphRequest['method'], target: string, template: string, body?: object): GraphRequest => ({
    method,
    target,
    template,
    ...(body === undefined ? {} : { body }),
  });
  const life = ({ expiresAt }: GraphSubscription): string => {
    const minutes = Math.round((expiresAt.getTime() - clock.now().getTime()) / 60_000);
    return `${minutes} minutes were granted`;
  };

  const questions: readonly Question[] = [
    {
      name: 'Which subscriptions does GET /subscriptions show?',
      async ask() {
        const all = await subscriptions.list();
        const ours = all.filter(({ notificationUrl }) => recorder.notificationUrls.has(notificationUrl)).length;
        const noAddress = all.filter(({ notificationUrl }) => notificationUrl === '').length;
        return `${all.length} in all, ${ours} of them ours, ${noAddress} without notificationUrl`;
      },
    },
    {
      name: 'Is a notificationUrl that is patched validated again?',
      async ask() {
        const { notificationUrl } = ourAddresses();
        const seen = await watched(() =>
          client.run(request('PATCH', mailPath, '/subscriptions/{id}', { notificationUrl })),
        );
        return `${told(seen.answer)}; ${seen.validations} validation requests came`;
      },
    },
    {
      name: 'What answers a second subscription for the same resource and change types?',
      async ask() {
        const twin = {
          resource: 'mail' as const,
          ...ourAddresses(),
          clientState: randomUUID(),
          expiresAt: new Date(clock.now().getTime() + askedLifetimeMs),
        };
        const seen = await watched(() => subscriptions.create(twin));
        return `${told(seen.answer)}; ${seen.validations} validation requests came before`;
      },
    },
    {
      name: 'What answers a subscription whose address does not echo the token?',
      async ask() {
        // Another change type than ours, so that it is not refused as a double; nobody answers there.
        const deaf = address(`nobody-${randomUUID()}`);
        const seen = await watched(() =>
          subscriptions.create({
            resource: 'calendar',
            changeType: 'deleted',
            notificationUrl: deaf,
            lifecycleNotificationUrl: deaf,
            clientState: randomUUID(),
            expiresAt: new Date(clock.now().getTime() + 45 * 60_000),
          }),
        );
        return told(seen.answer);
      },
    },
    {
      name: 'What answers an expirationDateTime beyond the limit?',
      async ask() {
        const expirationDateTime = new Date(clock.now().getTime() + beyondMs).toISOString();
        const seen = await watched(() =>
          client.run(request('PATCH', mailPath, '/subscriptions/{id}', { expirationDateTime })),
        );
        return told(seen.answer);
      },
    },
    {
      name: 'How long may a subscription live when 10,000 minutes are asked for?',
      ask: async () =>
        life(await subscriptions.renew(given.mail.id, new Date(clock.now().getTime() + askedLifetimeMs))),
    },
    {
      name: 'What answers PATCH for a subscription that is gone?',
      ask: async () =>
        told(
          (await watched(() => subscriptions.renew(randomUUID(), new Date(clock.now().getTime() + askedLifetimeMs))))
            .answer,
        ),
    },
    {
      name: 'What answers a token that is none?',
      async ask() {
        const { answer } = await watched(() =>
          stranger.run(request('GET', '/me/mailFolders/inbox?$select=unreadItemCount', '/me/mailFolders/inbox')),
        );
        return `${told(answer)}; WWW-Authenticate: ${answer?.response.headers['www-authenticate'] ?? 'none'}`;
      },
    },
    {
      name: 'What answers a request whose permission was never asked for?',
      async ask() {
        const { answer } = await watched(() =>
          client.json(request('GET', '/me/contacts?$top=1&$select=id', '/me/contacts'), z.unknown()),
        );
        return `${told(answer)}; WWW-Authenticate: ${answer?.response.headers['www-authenticate'] ?? 'none'}`;
      },
    },
    {
      name: 'How does a token answer name the scopes, and how long does a token live?',
      async ask() {
        const before = recorder.exchanges.length;
        await world.identity.accessToken(account, { forceRefresh: true });
        const answer = recorder.exchanges.slice(before).find(({ place }) => place === '{sign-in}');
        const body = typeof answer?.response.body === 'object' ? answer.response.body : {};
        const lives = ['expires_in', 'ext_expires_in', 'refresh_in'].flatMap((key) =>
          (body[key] ?? []).map((kind) => `${key} ${kind.replace('integer ', '')}`),
        );
        return `HTTP ${answer?.status ?? 'without an answer'}; ${(body.scope ?? ['no scope']).join(', ')}; ${lives.join(', ')} s`;
      },
    },
  ];

  return {
    questions,
    reauthorize: {
      name: 'What answers POST …/reauthorize?',
      ask: async () => told((await watched(() => subscriptions.reauthorize(given.calendar.id))).answer),
    },
    async close() {
      await Promise.all([client.close(), stranger.close()]);
    },
  };
}

export const isValidation = ({ direction, query }: RecordedExchange): boolean =>
  direction === 'in' && query.includes('validationToken');

/** `HTTP 404 ResourceNotFound` */
function told(answer: RecordedExchange | undefined): string {
  if (answer === undefined || answer.status === null) return 'no answer came';
  const { body } = answer.response;
  const code =
    typeof body === 'object'
      ? (body['error/code'] ?? body.error ?? []).find((kind) => kind.startsWith('"'))
      : undefined;
  return `HTTP ${answer.status}${code === undefined ? '' : ` ${JSON.parse(code)}`}`;
}
