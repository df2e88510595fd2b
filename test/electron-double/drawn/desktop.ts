/** The desktop page: draws the state it is given and says what the person does. Served as a plain module, types stripped. */
import type { MenuNode } from '../wire.ts';
import type { DesktopGesture, DrawnDesktop, DrawnToast, DrawnTray, DrawnWindow } from './state.ts';

declare global {
  interface Window {
    drawDesktop(state: DrawnDesktop): void;
    desktopGesture(gesture: DesktopGesture): void;
  }
}

const CROSS = '<svg viewBox="0 0 10 10"><path d="M1.5 1.5l7 7m0-7l-7 7"/></svg>';
const CHECK = '<svg viewBox="0 0 14 14"><path d="M2.5 7.5l3 3 6-7"/></svg>';
const DOT = '<svg viewBox="0 0 14 14"><circle cx="7" cy="7" r="3" fill="currentColor"/></svg>';
const ARROW = '<svg viewBox="0 0 14 14"><path d="M5 3l4 4-4 4"/></svg>';
const LOCK =
  '<svg viewBox="0 0 12 12"><rect x="2" y="5.2" width="8" height="5.6" rx="1.2"/><path d="M3.8 5V3.6a2.2 2.2 0 0 1 4.4 0V5"/></svg>';
const BELL =
  '<svg viewBox="0 0 16 16"><path d="M3.5 11.5h9c-1-1-1.3-2.3-1.3-4.2a3.2 3.2 0 0 0-6.4 0c0 1.9-.3 3.2-1.3 4.2zM7 13.5h2"/></svg>';

let state: DrawnDesktop | null = null;
let openTray: string | null = null;

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  children: readonly (Node | string)[] = [],
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...children);
  return made;
}
/** Own drawings only: never text from an app. */
function drawing(svg: string): Element {
  const holder = document.createElement('template');
  holder.innerHTML = svg;
  return holder.content.firstElementChild ?? holder;
}
const byId = (id: string) => document.getElementById(id) ?? document.body;
const picture = (source: string, alt = '') => Object.assign(element('img'), { src: source, alt });

function closeButton(label: string, gesture: DesktopGesture): HTMLButtonElement {
  const button = element('button', 'close', [drawing(CROSS)]);
  button.setAttribute('aria-label', label);
  button.addEventListener('click', () => window.desktopGesture(gesture));
  return button;
}

function drawTray(tray: DrawnTray): HTMLElement {
  const button = element('button', 'tray', tray.iconDataUrl === '' ? [] : [picture(tray.iconDataUrl)]);
  button.dataset.tray = tray.key;
  button.setAttribute('aria-label', tray.tooltip);
  button.setAttribute('aria-haspopup', 'menu');
  button.setAttribute('aria-expanded', String(openTray === tray.key));
  button.addEventListener('click', () => {
    openTray = openTray === tray.key ? null : tray.key;
    draw();
  });
  button.addEventListener('auxclick', () => window.desktopGesture({ kind: 'tray-activate', tray: tray.key }));
  button.addEventListener('pointerenter', () => showTooltip(tray.tooltip));
  button.addEventListener('pointerleave', () => showTooltip(''));
  return button;
}

function showTooltip(text: string): void {
  const tooltip = byId('tooltip');
  tooltip.textContent = text;
  tooltip.hidden = text === '' || openTray !== null;
}

function drawMenu(tray: string, nodes: readonly MenuNode[], top: number, right: number): HTMLElement {
  const menu = element('div', 'menu');
  menu.setAttribute('role', 'menu');
  menu.style.top = `${top}px`;
  menu.style.right = `${right}px`;
  for (const node of nodes) {
    if (!node.visible) continue;
    if (node.type === 'separator') menu.append(element('hr'));
    else menu.append(drawItem(tray, node, right));
  }
  return menu;
}

function drawItem(tray: string, node: MenuNode, right: number): HTMLElement {
  // An ampersand marks the access key, as in any menu of a desktop; two are one.
  const label = element('span', '', [node.label.replace(/&(&?)/g, '$1')]);
  const item = element('button', '', [label]);
  item.setAttribute('role', node.type === 'checkbox' ? 'menuitemcheckbox' : 'menuitem');
  item.disabled = !node.enabled;
  if (node.checked) item.append(drawing(node.type === 'radio' ? DOT : CHECK));
  if (node.type === 'submenu') item.append(drawing(ARROW));
  item.addEventListener('click', () => {
    if (node.type === 'submenu') {
      const wasOpen = item.getAttribute('aria-expanded') === 'true';
      for (const old of document.querySelectorAll('.menu.sub')) old.remove();
      item.setAttribute('aria-expanded', String(!wasOpen));
      if (wasOpen) return;
      const sub = drawMenu(tray, node.submenu, item.getBoundingClientRect().top - 6, right + 256);
      sub.classList.add('sub');
      byId('menus').append(sub);
      return;
    }
    openTray = null;
    draw();
    window.desktopGesture({ kind: 'menu-item', tray, item: node.id });
  });
  return item;
}

function drawToast(toast: DrawnToast): HTMLElement {
  const from = element('span', 'from', [
    toast.appIconDataUrl === '' ? drawing(BELL) : picture(toast.appIconDataUrl),
    `${toast.app} · ${toast.when}`,
  ]);
  const image = toast.iconDataUrl === '' ? [] : [Object.assign(picture(toast.iconDataUrl), { className: 'image' })];
  const words = [element('b', '', [toast.title]), element('p', '', [toast.text])];
  const face = element('button', 'face', [from, ...image, ...words]);
  face.addEventListener('click', () => window.desktopGesture({ kind: 'toast-click', toast: toast.id }));
  const card = element('article', `toast ${toast.urgency}`, [
    face,
    closeButton('Close', { kind: 'toast-close', toast: toast.id }),
  ]);
  card.dataset.toast = toast.id;
  return card;
}

function drawWindow(shown: DrawnWindow, index: number): HTMLElement {
  const close = closeButton('Close', { kind: 'window-close', window: shown.key });
  const bar = element('div', 'bar', []);
  if (shown.kind === 'app') bar.append(element('span', 'title', [shown.title]), close);
  else {
    const url = URL.canParse(shown.url) ? new URL(shown.url) : null;
    const rest = element('i', '', [url === null ? '' : url.pathname + url.search]);
    bar.append(element('span', 'address', [drawing(LOCK), element('span', '', [url?.host ?? shown.url, rest])]), close);
  }
  const frame = element('section', 'window', [bar]);
  frame.dataset.window = shown.key;
  frame.style.width = `${shown.width}px`;
  const content = shown.picture === '' ? element('div', 'content') : picture(shown.picture);
  content.className = 'content';
  content.style.width = `${shown.width}px`;
  content.style.height = `${shown.height}px`;
  frame.append(content);
  // The browser to the left; app windows to its right, clear of the toasts while there is room.
  const free = innerWidth - shown.width;
  const middle = Math.min(free / 2, Math.max(16, innerWidth - 420 - shown.width)) + index * 26;
  const left = Math.min(shown.kind === 'browser' ? 24 : middle, free);
  frame.style.left = `${Math.max(0, Math.round(left))}px`;
  frame.style.top = `${Math.max(42, Math.min(72 + index * 30, innerHeight - shown.height - 52))}px`;
  return frame;
}

function draw(): void {
  if (state === null) return;
  const { theme, clock, date, isOnline, trays, toasts, windows, isAsleep, isLocked } = state;
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.online = String(isOnline);
  byId('clock').textContent = clock;
  byId('date').textContent = date;
  byId('windows').replaceChildren(...windows.map(drawWindow));
  byId('trays').replaceChildren(...trays.map(drawTray));
  byId('toasts').replaceChildren(...toasts.map(drawToast));
  const tray = trays.find(({ key }) => key === openTray);
  if (tray === undefined) openTray = null;
  byId('menus').replaceChildren(...(tray === undefined ? [] : [drawMenu(tray.key, tray.menu, 40, 12)]));
  if (openTray !== null) showTooltip('');
  const cover = byId('cover');
  cover.hidden = !isAsleep && !isLocked;
  cover.replaceChildren(element('b', '', [clock]), isAsleep ? 'Asleep' : 'Locked');
}

window.drawDesktop = (next) => {
  state = next;
  draw();
};
addEventListener('click', (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (openTray === null || target?.closest('.menu, .tray')) return;
  openTray = null;
  draw();
});
addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  openTray = null;
  draw();
});
