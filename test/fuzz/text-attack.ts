import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { toastWording } from '../../main/shell/toast-wording.ts';
import type { AlertView } from '../../preload/contract.ts';
import type { AttackContext } from './attacks.ts';
import { hostileTexts } from './hostile-texts.ts';
import { startTarget, type Target, username } from './target.ts';

/** What a person cannot see, or what turns around what they see. Line breaks within a toast's body are ours. */
const hidden =
  /[[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]--\n]|\p{Cs}/v;
const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });
const lengthOf = (text: string): number => [...letters.segment(text)].length;

/** Mail with hostile subjects and senders through the whole app: list, toasts, headlines. */
export async function attackByText({ verdicts }: AttackContext): Promise<void> {
  const flaws = hostileTexts.flatMap((text) => wordingFlaws(text));
  verdicts.check(
    'D3',
    `${hostileTexts.length} subjects and senders as toasts of three systems`,
    `${flaws.length} flaws`,
    '0 of ≥ 60',
    flaws.length === 0 && hostileTexts.length >= 60,
    flaws.slice(0, 5).join('; ') || undefined,
  );

  const target = await startTarget();
  try {
    // A few at a time with a pause, so that some are told one by one before the rest is summed up.
    for (const [index, text] of hostileTexts.entries()) {
      const from = { name: text, address: `sender-${index}@fabrikam.example` };
      target.cloud.graph.mailbox(username).deliver({ subject: text, from });
      if (index % 20 === 4) await delay(1500);
    }
    const shown = await untilListed(target, hostileTexts.length);
    const bad = shown.flatMap(({ who, subject, detail }) =>
      [who, subject, detail].flatMap((text) => {
        if (hidden.test(text) || text.includes('\n'))
          return [`hidden characters in ${JSON.stringify(text).slice(0, 60)}`];
        return lengthOf(text) > 300 ? [`${lengthOf(text)} letters`] : [];
      }),
    );
    verdicts.check(
      'D3',
      `${shown.length} of them in the list`,
      `${bad.length} flaws`,
      '0, all there',
      bad.length === 0 && shown.length === hostileTexts.length,
      bad.slice(0, 5).join('; ') || undefined,
    );
    await delay(1500);
    const toasts = rawToasts(target);
    const markup = toasts.filter(({ body }) => /[<>]/.test(body));
    const strange = toasts.filter(
      ({ summary, body }) => hidden.test(summary) || hidden.test(body) || lengthOf(summary) > 120,
    );
    verdicts.check(
      'D3',
      `${toasts.length} toasts, as notify-send was told`,
      `${markup.length} with markup, ${strange.length} with hidden characters or too long`,
      '0, some shown',
      toasts.length > 0 && markup.length + strange.length === 0,
    );
    await target.until(({ health }) => health.state === 'allGood', 'all good');
    const { headline, explanation } = (await target.ask('app:get')).health;
    const quoted = hostileTexts.filter((text) => text.trim() !== '' && `${headline} ${explanation}`.includes(text));
    verdicts.check(
      'D3',
      'words of theirs in headline and tooltip',
      `${quoted.length} in “${headline}”`,
      '0',
      headline === 'All good' && quoted.length === 0,
    );
    verdicts.check('D3', 'crashes', String(target.crashes()), '0', target.crashes() === 0);
  } finally {
    await target.stop();
  }
}

function wordingFlaws(text: string): string[] {
  return (['linux', 'darwin', 'win32'] as const).flatMap((platform) => {
    const { title, body } = toastWording({ key: 'k', title: text, body: `${text}\n${text}`, urgent: false }, platform);
    const flaws: string[] = [];
    if (hidden.test(title) || hidden.test(body)) flaws.push('hidden characters');
    if (platform === 'linux' && /[<>]/.test(body)) flaws.push('markup');
    if (platform === 'darwin' && Buffer.byteLength(title) + Buffer.byteLength(body) > 256) flaws.push('too many bytes');
    if (lengthOf(title) > 120 || title.includes('\n')) flaws.push('a long title');
    return flaws.map((flaw) => `${flaw} on ${platform}: ${JSON.stringify(text).slice(0, 40)}`);
  });
}

async function untilListed(target: Target, count: number): Promise<readonly AlertView[]> {
  const endMs = performance.now() + 60_000;
  for (;;) {
    const all: AlertView[] = [];
    for (let before: string | null = null, more = true; more; more = before !== null) {
      const page: { readonly alerts: readonly AlertView[]; readonly next: string | null } = await target.ask(
        'alerts:list',
        before,
        '',
      );
      all.push(...page.alerts);
      before = page.next;
    }
    if (all.length >= count) return all;
    if (performance.now() > endMs) return all;
    await delay(100);
  }
}

/** The words as they were handed over, nothing undone. */
function rawToasts(target: Target): readonly { readonly summary: string; readonly body: string }[] {
  const desk = join(target.folder, 'desk');
  return readdirSync(desk)
    .filter((name) => /^toast-\d+$/.test(name))
    .map((name) => {
      const words = readFileSync(join(desk, name), 'utf8').split('\0');
      const at = words.indexOf('--');
      return { summary: words[at + 1] ?? '', body: words[at + 2] ?? '' };
    });
}
