import { z } from 'zod';
import { cloudNames, signInHosts } from '../domain/cloud.ts';
import { publicAddressProblem } from '../domain/public-address.ts';
import { defaultSettings, type Settings, weekdays } from '../domain/settings.ts';

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** `common`, `organizations`, `consumers`, a tenant id or a tenant's domain name. */
const TENANT = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;

export const clientIdSchema = z
  .string()
  .trim()
  .regex(GUID, 'must be a GUID such as 00001111-aaaa-2222-bbbb-3333cccc4444')
  .transform((text) => text.toLowerCase());

/** An authority without a trailing slash. */
export const authoritySchema = z
  .string()
  .trim()
  .transform((text, context) => {
    const url = plainHttpsUrl(text);
    const tenant = url?.pathname.replace(/^\/|\/$/g, '') ?? '';
    if (url !== null && url.port === '' && signInHosts.has(url.hostname) && TENANT.test(tenant)) {
      return `https://${url.hostname}/${tenant}`;
    }
    context.addIssue({
      code: 'custom',
      message: `must be https://HOST/TENANT, where HOST is one of ${[...signInHosts].join(', ')}`,
    });
    return z.NEVER;
  });

/** `https://name.example` or with a port; neither path nor trailing slash. */
const originSchema = z
  .string()
  .trim()
  .transform((text, context) => {
    const url = plainHttpsUrl(text);
    if (url !== null && url.pathname === '/') return url.origin;
    context.addIssue({ code: 'custom', message: 'must be an https address without a path, like https://name.example' });
    return z.NEVER;
  });

const tunnelSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('localtunnel'), host: originSchema }),
  z.object({
    kind: z.literal('fixedAddress'),
    url: originSchema.superRefine((url, context) => {
      const problem = publicAddressProblem(url);
      if (problem !== null) context.addIssue({ code: 'custom', message: problem });
    }),
    port: z.int().min(1).max(65_535),
    expectHost: z.boolean().exactOptional(),
  }),
  z.object({ kind: z.literal('none') }),
]);

/** Within a group of settings each key may be absent as well: a file of an earlier version lacks the newer ones. */
const { mail, calendar, reminders, quietHours } = defaultSettings;
const addressOrDomain = z
  .string()
  .trim()
  .toLowerCase()
  .max(320)
  .regex(/^[^\s@]*@[^\s@]+$/, 'must be an address like ada@contoso.example or a domain like @contoso.example');
const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time like 07:30');
const name = z.string().min(1).max(512);

/** What may stand in `settings.json`; every key may be absent, keys that are not here are told and kept. */
const keys = {
  // An empty text is how a template says "none yet".
  clientId: z.preprocess((value) => (value === '' ? null : value), clientIdSchema.nullable()),
  authority: authoritySchema,
  cloud: z.enum(cloudNames),
  tunnel: tunnelSchema,
  previews: z.boolean(),
  contentLevel: z.enum(['full', 'senderOnly', 'countOnly']),
  theme: z.enum(['system', 'light', 'dark']),
  mail: z.object({
    announce: z.enum(['all', 'focused', 'important', 'vips', 'none']).default(mail.announce),
    vips: z
      .array(addressOrDomain)
      .max(500)
      .default([...mail.vips]),
    folders: z
      .array(z.object({ account: name, id: name, name: z.string().max(256) }))
      .max(50)
      .default([]),
  }),
  calendar: z.object({
    announce: z.boolean().default(calendar.announce),
    cancelled: z.boolean().default(calendar.cancelled),
    declined: z.boolean().default(calendar.declined),
    free: z.boolean().default(calendar.free),
    allDay: z.boolean().default(calendar.allDay),
  }),
  reminders: z.object({
    enabled: z.boolean().default(reminders.enabled),
    minutesBefore: z.int().min(0).max(1_440).nullable().default(reminders.minutesBefore),
    allDay: z.boolean().default(reminders.allDay),
    free: z.boolean().default(reminders.free),
  }),
  quietHours: z.object({
    enabled: z.boolean().default(quietHours.enabled),
    spans: z
      .array(z.object({ days: z.array(z.enum(weekdays)).max(7), from: timeOfDay, to: timeOfDay }))
      .max(50)
      .default(quietHours.spans.map((span) => ({ ...span, days: [...span.days] }))),
    vipsBreakThrough: z.boolean().default(quietHours.vipsBreakThrough),
    remindersBreakThrough: z.boolean().default(quietHours.remindersBreakThrough),
  }),
} satisfies Record<keyof Settings, z.ZodType>;
export const knownKeys: ReadonlySet<string> = new Set(Object.keys(keys));

/** The keys that stand in the file; an absent one is absent here as well. */
export type FileSettings = { readonly [K in keyof Settings]?: Settings[K] | undefined };
export const fileSchema: z.ZodType<FileSettings> = z.object(keys).partial();

/** What an administrator may set for everybody on a machine. */
export type PolicySettings = Pick<FileSettings, 'clientId' | 'authority' | 'cloud' | 'tunnel'>;
const ofPolicy = { clientId: clientIdSchema, authority: keys.authority, cloud: keys.cloud, tunnel: keys.tunnel };
export const policySchema: z.ZodType<PolicySettings> = z.object(ofPolicy).partial();
export const policyKeys: ReadonlySet<string> = new Set(Object.keys(ofPolicy));

/** Every problem as "clientId: must be …", in the order found. */
export const describeIssues = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('; ');

function plainHttpsUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isPlain = url.protocol === 'https:' && url.username === '' && url.password === '';
  return isPlain && url.search === '' && url.hash === '' ? url : null;
}
