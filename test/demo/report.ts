/** The demo's report: one page with the pictures of every beat, readable offline. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clockIn } from './printer.ts';
import { reportStyle } from './report-style.ts';
import type { Beat, Held } from './story.ts';

export interface PlayedBeat {
  readonly beat: Pick<Beat, 'title' | 'about'>;
  readonly at: Date;
  readonly tray: string;
  readonly held: readonly Held[];
  /** The last one shows the end of the beat and needs no caption. */
  readonly pictures: readonly { readonly caption: string; readonly png: Buffer }[];
  readonly lines: readonly { readonly at: Date; readonly who: string; readonly text: string }[];
}
export interface AboutTheRun {
  readonly browser: string;
  readonly seconds: string;
  readonly timeZone: string;
  readonly about: { readonly real: string; readonly played: string; readonly notHere: string };
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** Without the app's name, which the reader knows. */
const trayWords = (tray: string): string => tray.replace(/^Tidings – | – Tidings$/, '');

/** Writes `report.html` and its pictures; returns the page's path. */
export function writeReport(folder: string, played: readonly PlayedBeat[], run: AboutTheRun): string {
  mkdirSync(folder, { recursive: true });
  const clock = clockIn(run.timeZone);
  const all = played.flatMap((beat) => beat.held.filter(({ held }) => held !== 'notRun'));
  const kept = all.filter((each) => each.held).length;
  const verdict = `${kept} of ${all.length} promises held`;
  const isWhole = kept === all.length;
  const contents = played.map((beat, index) => {
    const broken = beat.held.some((each) => !each.held);
    const mark = broken ? '<b class="mark broken">broken</b>' : '<b class="mark kept" aria-label="held"></b>';
    return `<li><a href="#beat-${index + 1}"><time>${clock(beat.at).slice(0, 5)}</time><span>${escaped(beat.beat.title)}</span>${mark}</a></li>`;
  });
  const sections = played.map((beat, index) => sectionOf(folder, beat, index, clock));
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tidings: ${verdict}</title>
<style>${reportStyle}</style>
</head>
<body>
<header>
<p class="name">Tidings, the story</p>
<h1 class="${isWhole ? 'kept' : 'broken'}">${verdict}</h1>
<p>A tray app that tells you what happens in your mail and calendar, and never goes silent without saying so. Here it
is played from the first sign-in to a killed process: ${played.length} beats on the built app, in ${run.seconds} seconds on
${escaped(run.browser)}. Clocks show ${escaped(run.timeZone)}.</p>
<dl>
<dt>Real</dt><dd>${escaped(sentence(run.about.real))}</dd>
<dt>Played</dt><dd>${escaped(sentence(run.about.played))}</dd>
<dt>Not here</dt><dd>${escaped(sentence(run.about.notHere))}</dd>
</dl>
</header>
<nav aria-label="Beats"><ol>${contents.join('')}</ol></nav>
<main>
${sections.join('\n')}
</main>
</body>
</html>
`;
  const path = join(folder, 'report.html');
  writeFileSync(path, page);
  return path;
}

function sectionOf(folder: string, played: PlayedBeat, index: number, clock: (at: Date) => string): string {
  const { beat, at, tray, held, pictures, lines } = played;
  const figures = pictures.map(({ caption, png }, each) => {
    const isLast = each === pictures.length - 1;
    const name = `beat-${String(index + 1).padStart(2, '0')}${isLast ? '' : `-${each + 1}`}.png`;
    writeFileSync(join(folder, name), png);
    const words = isLast ? `The desktop at ${clock(at).slice(0, 5)}` : caption;
    const { width, height } = sizeOf(png);
    return `<figure><a href="${name}"><img src="${name}" width="${width}" height="${height}" alt="${escaped(words)}. The tray says: ${escaped(trayWords(tray))}"></a><figcaption>${escaped(words)}</figcaption></figure>`;
  });
  const promises = held.map(({ promise, held: isHeld, seen }) =>
    isHeld === 'notRun'
      ? `<li><b class="mark">not run</b>${escaped(promise)} <small>${escaped(seen)}</small></li>`
      : isHeld
        ? `<li><b class="mark kept">held</b>${escaped(promise)}</li>`
        : `<li><b class="mark broken">broken</b>${escaped(promise)} <small>seen: ${escaped(seen || 'nothing')}</small></li>`,
  );
  const rows = lines.map(
    ({ at: when, who, text }) =>
      `<tr class="${escaped(who)}"><td><time>${clock(when)}</time></td><td>${escaped(who)}</td><td>${escaped(text)}</td></tr>`,
  );
  const events = `<details><summary>${lines.length} events, as they happened</summary><div class="scroll" tabindex="0"><table><tbody>${rows.join('')}</tbody></table></div></details>`;
  return `<section id="beat-${index + 1}" aria-labelledby="title-${index + 1}">
<h2 id="title-${index + 1}"><i>${index + 1}</i>${escaped(beat.title)}</h2>
<p>${escaped(beat.about)}</p>
<p class="tray"><span>The tray says</span> ${escaped(trayWords(tray))}</p>
<ul class="promises">${promises.join('')}</ul>
${figures.join('\n')}
${lines.length === 0 ? '' : events}
</section>`;
}

/** Width and height stand at a fixed place in every PNG; with them the page does not jump while it loads. */
const sizeOf = (png: Buffer): { width: number; height: number } => ({
  width: png.readUInt32BE(16),
  height: png.readUInt32BE(20),
});
