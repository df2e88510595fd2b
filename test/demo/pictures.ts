/** Takes the pictures of the README from the story as it is played: `node test/demo/pictures.ts`, after a build. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { playBeats } from './auto.ts';
import { type DesktopTheatre, openTheatre } from './theatre.ts';

const folder = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const silent = { heading: () => {}, event: () => {}, promise: () => {} };
/** Pictures in a repository are for ever. */
const largestBytes = 300_000;

mkdirSync(folder, { recursive: true });
function save(name: string, png: Buffer): void {
  if (png.byteLength > largestBytes) throw new Error(`${name} has ${png.byteLength} bytes, more than ${largestBytes}`);
  writeFileSync(`${folder}${name}`, png);
  console.log(`${name}  ${Math.round(statSync(`${folder}${name}`).size / 1024)} KiB`);
}

async function ofView(theatre: DesktopTheatre, view: 'Today' | 'Health'): Promise<Buffer> {
  const { desktop } = theatre.app;
  const page = await desktop.waitForWindow();
  const tab = page.getByRole('tab', { name: new RegExp(`^${view}`) });
  await tab.click({ timeout: 5_000 });
  await page.getByRole('heading', { level: 1, name: view }).waitFor({ timeout: 5_000 });
  await page.mouse.move(600, 660);
  await page.evaluate(async () => await Promise.all(document.getAnimations().map(({ finished }) => finished)));
  return await desktop.picture();
}

for (const theme of ['light', 'dark'] as const) {
  await playBeats(openTheatre, { theme }, silent, async ({ beat, held, pictures }, theatre) => {
    const broken = held.find((each) => !each.held);
    if (broken !== undefined) throw new Error(`“${broken.promise}” is broken; no picture of that: ${broken.seen}`);
    if (beat.title === 'The password is reset') {
      save(`sign-in-needed${theme === 'dark' ? '-dark' : ''}.png`, pictures.at(-1)?.png ?? Buffer.alloc(0));
      return theme === 'dark' ? 'enough' : 'go on';
    }
    if (beat.title !== 'Sign in again') return 'go on';
    save('today.png', await ofView(theatre, 'Today'));
    save('health.png', await ofView(theatre, 'Health'));
    return 'enough';
  });
}
