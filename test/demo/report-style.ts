/** The report's look, inlined into the page: it must open from anywhere, offline. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #14171c);
  --card: light-dark(#fff, #1d2128);
  --line: light-dark(#dfe3ea, #303641);
  --soft: light-dark(#545c69, #a9b2c0);
  --text: light-dark(#1a1d23, #eceff4);
  --accent: light-dark(#1f5fc4, #8ab4f8);
  --good: light-dark(#1a7f3c, #5fd38a);
  --bad: light-dark(#b3261e, #ff8a80);
  font: 16px/1.55 system-ui, sans-serif;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); }
header, main, nav { max-width: 64rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 3rem; }
.name { margin: 0; color: var(--soft); font-weight: 600; }
h1 { margin: 0.2rem 0 1rem; font-size: clamp(1.9rem, 5vw, 2.75rem); line-height: 1.1; letter-spacing: -0.02em; }
h1.kept { color: var(--good); }
h1.broken { color: var(--bad); }
header p { max-width: 46rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.35rem 1.25rem; margin: 1.25rem 0 0; max-width: 54rem; }
dt { font-weight: 650; }
dd { margin: 0; color: var(--soft); }
nav { margin-top: 2rem; }
nav ol { list-style: none; margin: 0; padding: 0.5rem; columns: 19rem; border: 1px solid var(--line); border-radius: 12px; background: var(--card); }
nav li { break-inside: avoid; }
nav a { display: flex; gap: 0.75rem; padding: 0.4rem 0.75rem; border-radius: 8px; color: inherit; text-decoration: none; }
nav a:hover { background: light-dark(#eef2f9, #272d37); }
nav span { flex: 1; }
time { color: var(--soft); font-variant-numeric: tabular-nums; }
.mark { font-size: 0.8125rem; font-weight: 650; }
.mark.kept { color: var(--good); }
.mark.kept::before { content: "✓ "; }
.mark.broken { color: var(--bad); }
.mark.broken::before { content: "✗ "; }
section { padding: 3.5rem 0 0.5rem; }
h2 { display: flex; align-items: baseline; gap: 0.75rem; margin: 0; font-size: 1.5rem; line-height: 1.2; }
h2 i { font-style: normal; font-weight: 500; color: var(--soft); font-variant-numeric: tabular-nums; }
section > p { margin: 0.4rem 0; max-width: 46rem; }
.tray { font-weight: 600; }
.tray span { color: var(--soft); font-weight: 400; }
.promises { list-style: none; margin: 0.75rem 0 1.25rem; padding: 0; }
.promises li { display: flex; gap: 0.75rem; padding: 0.15rem 0; }
.promises .mark { flex: none; width: 4.5rem; padding-top: 0.12rem; }
small { color: var(--soft); }
figure { margin: 1rem 0 1.5rem; }
img { display: block; width: 100%; height: auto; border: 1px solid var(--line); border-radius: 10px; }
figcaption { margin-top: 0.4rem; color: var(--soft); font-size: 0.875rem; }
details { margin-top: 0.5rem; }
summary { cursor: pointer; color: var(--accent); }
.scroll { overflow-x: auto; margin-top: 0.5rem; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
table { border-collapse: collapse; font-size: 0.875rem; width: 100%; }
td { padding: 0.25rem 0.75rem; vertical-align: top; overflow-wrap: anywhere; }
td:first-child, td:nth-child(2) { white-space: nowrap; color: var(--soft); overflow-wrap: normal; }
tr + tr td { border-top: 1px solid var(--line); }
tr.tray td:last-child, tr.toast td:last-child { font-weight: 600; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
`;
