/** A message as Graph sends it. */
import { z } from 'zod';
import type { MailMessage } from '../domain/alert.ts';
import { instant, person, personOf, text, webLinkOf } from './wire.ts';

/** What we ask for with `$select`. The preview needs `Mail.Read`. */
export function messageProperties(previews: boolean): readonly string[] {
  return [
    'id',
    'subject',
    'from',
    'sender',
    'receivedDateTime',
    'isRead',
    'importance',
    'inferenceClassification',
    'conversationId',
    'webLink',
    ...(previews ? ['bodyPreview'] : []),
  ];
}

const message = z.object({
  id: z.string().min(1),
  subject: text,
  from: person,
  sender: person,
  receivedDateTime: instant,
  isRead: z.boolean(),
  importance: z.enum(['low', 'normal', 'high']).catch('normal'),
  inferenceClassification: z.enum(['focused', 'other']).catch('focused'),
  conversationId: text,
  webLink: text,
  bodyPreview: text,
});

/** Null when it lacks what every whole message has. */
export function messageOf(item: unknown): MailMessage | null {
  const wire = message.safeParse(item).data;
  if (wire === undefined) return null;
  return {
    id: wire.id,
    subject: wire.subject ?? '',
    from: personOf(wire.from) ?? personOf(wire.sender) ?? { name: '', address: '' },
    receivedAt: wire.receivedDateTime,
    isRead: wire.isRead,
    importance: wire.importance,
    inferenceClassification: wire.inferenceClassification,
    conversationId: wire.conversationId ?? null,
    preview: wire.bodyPreview ?? null,
    webLink: webLinkOf(wire.webLink),
  };
}
