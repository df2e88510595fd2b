/** The demo's report: one page with a picture of every beat, readable offline. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Beat, Held } from './story.ts';

export interface PlayedBeat {
  readonly beat: Beat;
  readonly at: Date;
  readonly tray: string;
  readonly held: readonly Held[];
  readonly picture: Buffer;
  readonly lines: readonly string[];
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Writes `report.html` and its pictures; returns the page's path. */
export function writeReport(folder: string, played: readonly PlayedBeat[], aboutTheRun: string): string {
  mkdirSync(folder, { recursive: true });
  const sections = played.map(({ beat, at, tray, held, picture, lines }, index) => {
    const name = `beat-${String(index + 1).padStart(2, '0')}.png`;
    writeFileSync(join(folder, name), picture);
    const promises = held
      .map(
        ({ promise, held: kept, seen }) =>
          `<li class="${kept ? 'kept' : 'broken'}">${escaped(promise)}${kept ? '' : ` <small>seen: ${escaped(seen)}</small>`}</li>`,
      )
      .join('');
    return `<section>
<h2>${index + 1}. ${escaped(beat.title)}</h2>
<p>${escaped(beat.about)}</p>
<p class="tray">${at.toISOString().slice(11, 16)} UTC · tray: ${escaped(tray)}</p>
<ul>${promises}</ul>
<img src="${name}" alt="The desktop after “${escaped(beat.title)}”. The tray says: ${escaped(tray)}" loading="lazy">
<details><summary>${lines.length} events on the wire</summary><pre>${escaped(lines.join('\n'))}</pre></details>
</section>`;
  });
  const all = played.flatMap((beat) => beat.held);
  const kept = all.filter((each) => each.held).length;
  const page = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tidings: ${kept} of ${all.length} promises held</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
img { width: 100%; height: auto; border: 1px solid #8886; border-radius: 8px; }
section { margin: 3rem 0; }
.tray { font-weight: 600; }
ul { list-style: none; padding: 0; }
li::before { display: inline-block; width: 5.5em; font-weight: 600; }
.kept::before { content: "held"; color: #1a7f37; }
.broken::before { content: "BROKEN"; color: #d1242f; }
pre { overflow: auto; font-size: 13px; background: #8881; padding: 1rem; border-radius: 8px; }
</style>
<h1>${kept} of ${all.length} promises held</h1>
<p>${escaped(aboutTheRun)}</p>
${sections.join('\n')}
</html>
`;
  const path = join(folder, 'report.html');
  writeFileSync(path, page);
  return path;
}
