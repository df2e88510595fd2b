/**
 * What Microsoft Graph sends back, checked at the door and turned into the domain's words. Unknown fields are ignored;
 * a field we can do without may be missing or odd; an item without what we need is `null`, and the caller decides.
 */
import { z } from 'zod';
import { clouds } from '../domain/cloud.ts';
import type { GraphSubscription } from '../domain/ports.ts';

/** An instant with an offset; Graph writes up to seven fraction digits, which `Date` reads. */
export const instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/i)
  .transform((text) => new Date(text))
  .refine((at) => !Number.isNaN(at.getTime()));

export const text = z.string().nullish().catch(null);

export const person = z
  .object({ emailAddress: z.object({ name: text, address: text }).nullish().catch(null) })
  .nullish()
  .catch(null);

/** Name and address as text, or null when neither is there. */
export function personOf(wire: z.infer<typeof person>): { readonly name: string; readonly address: string } | null {
  const address = wire?.emailAddress?.address ?? '';
  const name = wire?.emailAddress?.name ?? '';
  return name === '' && address === '' ? null : { name, address };
}

/** For `Prefer`: an item keeps its id when it is moved. */
export const immutableIds = 'IdType="ImmutableId"';

// ── collections ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** One page of any collection; its items are judged one by one. */
export const page = z.object({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().min(1).optional(),
  '@odata.deltaLink': z.string().min(1).optional(),
});
const identified = z.object({ id: z.string().min(1) });
const removedItem = z.object({ '@removed': z.object({}) });

/** The id of an item, whatever else it holds; null for one without. */
export function idOf(item: unknown): string | null {
  return identified.safeParse(item).data?.id ?? null;
}
/** Whether delta says of this item that it is gone. */
export const isRemoved = (item: unknown): boolean => removedItem.safeParse(item).success;

// ── links that the person may open ──────────────────────────────────────────────────────────────────────────────────

const webLinkHosts = Object.values(clouds).flatMap(({ mailHosts }) => mailHosts);

/** A link to Outlook on the web; null for any other host or protocol. */
export function webLinkOf(link: string | null | undefined): string | null {
  const url = httpsUrl(link);
  return url !== null && url.port === '' && webLinkHosts.includes(url.hostname) ? (link ?? null) : null;
}

/** Meetings are held on many hosts: any https link without credentials in it. */
export function joinUrlOf(link: string | null | undefined): string | null {
  return httpsUrl(link) === null ? null : (link ?? null);
}

function httpsUrl(link: string | null | undefined): URL | null {
  const url = typeof link === 'string' ? URL.parse(link) : null;
  return url !== null && url.protocol === 'https:' && url.username === '' && url.password === '' ? url : null;
}

// ── subscriptions ───────────────────────────────────────────────────────────────────────────────────────────────────

export const subscription: z.ZodType<GraphSubscription> = z
  .object({
    id: z.string().min(1),
    resource: z.string(),
    notificationUrl: text,
    lifecycleNotificationUrl: text,
    expirationDateTime: instant,
  })
  .transform((wire) => ({
    id: wire.id,
    resource: wire.resource,
    // Some answers leave it out; without it the subscription counts as one that points elsewhere.
    notificationUrl: wire.notificationUrl ?? '',
    lifecycleNotificationUrl: wire.lifecycleNotificationUrl ?? null,
    expiresAt: wire.expirationDateTime,
  }));

// ── folders ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const mailFolder = z.object({ unreadItemCount: z.number().int().nonnegative() });
