/**
 * Takes the pictures of the README from the story as it is played, light and dark:
 *
 *     npm run build && node test/demo/pictures.ts [part of a name]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright';
import { playBeats } from './auto.ts';
import { ada, type DesktopTheatre, openTheatre } from './theatre.ts';

const folder = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const [part = ''] = process.argv.slice(2);
const silent = { heading: () => {}, event: () => {}, promise: () => {} };
/** Pictures in a repository are for ever. */
const largestBytes = 300_000;
const limits = { timeout: 10_000 };
const themes = ['light', 'dark'] as const;

mkdirSync(folder, { recursive: true });
function save(name: string, theme: (typeof themes)[number], png: Buffer): void {
  const file = `${name}${theme === 'dark' ? '-dark' : ''}.png`;
  if (!file.includes(part)) return;
  if (png.byteLength > largestBytes) throw new Error(`${file} has ${png.byteLength} bytes, more than ${largestBytes}`);
  writeFileSync(`${folder}${file}`, png);
  console.log(`${file}  ${Math.round(png.byteLength / 1024)} KiB`);
}

/** A day as people have them, so that every view has something to show. */
async function fill({ cloud, now, advance, settle, letToastsExpire }: DesktopTheatre): Promise<void> {
  const calendar = cloud.graph.calendar(ada);
  const inMinutes = (minutes: number): string => new Date(now().getTime() + minutes * 60_000).toISOString();
  const meetings = [
    { subject: 'Planning the new office', start: inMinutes(12), location: 'Room Birch', isOnlineMeeting: true },
    { subject: 'Budget, first round', start: inMinutes(95), location: 'Room Oak', isOnlineMeeting: true },
    { subject: 'One to one', start: inMinutes(185), isOnlineMeeting: true },
    { subject: 'Design review', start: inMinutes(24 * 60 + 40), location: 'Room Birch', isOnlineMeeting: true },
  ];
  for (const meeting of meetings) calendar.create({ ...meeting, organizer: 'Mei Tanaka <mei@contoso.example>' });
  const mailbox = cloud.graph.mailbox(ada);
  await settle();
  await advance(90_000);
  mailbox.deliver({ subject: 'Offer for the lake house', from: 'Priya Natarajan <priya@contoso.example>' });
  await settle();
  await advance(30_000);
  await letToastsExpire();
  await advance(1_000);
}

async function ofView(theatre: DesktopTheatre, view: string, arrange?: (page: Page) => Promise<void>): Promise<Buffer> {
  const { desktop } = theatre.app;
  const page = await desktop.waitForWindow();
  await page.getByRole('tab', { name: new RegExp(`^${view}`) }).click(limits);
  await page.getByRole('heading', { level: 1, name: view }).waitFor(limits);
  await arrange?.(page);
  await page.mouse.move(600, 660);
  await page.evaluate(async () => {
    const ends = document.getAnimations().filter((each) => each.effect?.getTiming().iterations !== Infinity);
    await Promise.all(ends.map(({ finished }) => finished));
  });
  return await theatre.picture();
}

/** Runs it to its end, and brings it into sight below the chain. */
async function selfTested(theatre: DesktopTheatre, page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run self-test' }).click(limits);
  const sum = page.locator('.steps-sum', { hasText: /./ });
  for (let count = 0; count < 60 && (await sum.count()) === 0; count++) await theatre.advance(1_000);
  await sum.waitFor(limits);
  await theatre.letToastsExpire();
  await page.locator('#content').evaluate((place) => place.scrollTo(0, place.scrollHeight));
}

for (const theme of themes) {
  await playBeats(openTheatre, { theme }, silent, async ({ beat, held, pictures }, theatre) => {
    const broken = held.find((each) => each.held === false);
    if (broken !== undefined) throw new Error(`“${broken.promise}” is broken; no picture of that: ${broken.seen}`);
    if (beat.title === 'The password is reset') {
      save('sign-in-needed', theme, pictures.at(-1)?.png ?? Buffer.alloc(0));
    }
    if (beat.title !== 'Sign in again') return 'go on';
    await fill(theatre);
    save('today', theme, await ofView(theatre, 'Today'));
    await theatre.advance(61_000);
    await theatre.letToastsExpire();
    save('next', theme, await ofView(theatre, 'Next'));
    save('health', theme, await ofView(theatre, 'Health'));
    save('self-test', theme, await ofView(theatre, 'Health', (page) => selfTested(theatre, page)));
    await theatre.advance(61_000);
    await theatre.letToastsExpire();
    save(
      'settings',
      theme,
      await ofView(theatre, 'Settings', (page) =>
        page.getByRole('heading', { name: 'Privacy' }).scrollIntoViewIfNeeded(limits),
      ),
    );
    return 'enough';
  });
}
