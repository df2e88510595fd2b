/** The control panel's page: draws the state it is given and says what was pressed. Served as a plain module, types stripped. */
import type { PanelAction, PanelEvent, PanelGroup, PanelRequest, PanelState } from './state.ts';

declare global {
  interface Window {
    drawPanel(state: PanelState): void;
    panelPressed(request: PanelRequest): Promise<void>;
  }
}

const byId = (id: string): HTMLElement => document.getElementById(id) ?? document.body;
const buttons = new Map<string, HTMLButtonElement>();
const from = field('From', 'from', 'Grace Roe <grace@fabrikam.example>');
const subject = field('Subject', 'subject', 'Quarterly numbers');
let lastEvent = 0;

function field(label: string, id: string, value: string): { row: Node[]; input: HTMLInputElement } {
  const input = Object.assign(document.createElement('input'), { id, value, autocomplete: 'off', spellcheck: false });
  const caption = Object.assign(document.createElement('label'), { textContent: label, htmlFor: id });
  return { row: [caption, input], input };
}
function press(id: string): void {
  const words = { from: from.input.value.trim(), subject: subject.input.value.trim() };
  if (buttons.get(id)?.getAttribute('aria-disabled') !== 'true') void window.panelPressed({ id, words });
}

function makeButton(action: PanelAction): HTMLButtonElement {
  const button = Object.assign(document.createElement('button'), { type: 'button', id: `do-${action.id}` });
  button.addEventListener('click', () => press(action.id));
  buttons.set(action.id, button);
  return button;
}

function makeGroup(group: PanelGroup, index: number): HTMLElement {
  const section = document.createElement('section');
  const title = Object.assign(document.createElement('h2'), { textContent: group.title, id: `group-${index}` });
  section.setAttribute('aria-labelledby', title.id);
  const row = Object.assign(document.createElement('div'), { className: 'buttons' });
  row.append(...group.actions.map(makeButton));
  section.append(title);
  if (index === 0) {
    const form = document.createElement('form');
    form.append(...from.row, ...subject.row);
    // Enter in a field delivers the mail.
    form.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') press('deliver');
    });
    form.addEventListener('submit', (event) => event.preventDefault());
    section.append(form);
  }
  section.append(row);
  return section;
}

/** Buttons stay the same elements, so that the focus stays where it was. */
function drawButton(action: PanelAction, isBusy: boolean): void {
  const button = buttons.get(action.id);
  if (button === undefined) return;
  if (button.textContent !== action.label) button.textContent = action.label;
  button.title = action.about;
  button.setAttribute('aria-disabled', String(isBusy || !action.isPossible));
  // The label says what pressing does; the colour, that something is out of the ordinary.
  button.dataset.on = String(action.isOn);
}

function makeEvent(event: PanelEvent): HTMLElement {
  const line = document.createElement('li');
  line.dataset.who = event.who;
  const time = Object.assign(document.createElement('time'), { textContent: event.clock });
  const who = Object.assign(document.createElement('span'), { textContent: event.who });
  line.append(time, who, Object.assign(document.createElement('p'), { textContent: event.text }));
  return line;
}

function drawEvents(events: readonly PanelEvent[]): void {
  const list = byId('events');
  const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 30;
  list.append(...events.filter(({ number }) => number > lastEvent).map(makeEvent));
  lastEvent = events.at(-1)?.number ?? lastEvent;
  while (list.childElementCount > 100) list.firstElementChild?.remove();
  if (wasAtEnd) list.scrollTop = list.scrollHeight;
}

window.drawPanel = (state) => {
  document.documentElement.dataset.theme = state.theme;
  document.body.setAttribute('aria-busy', String(state.isBusy));
  if (buttons.size === 0) byId('groups').append(...state.groups.map(makeGroup));
  for (const group of state.groups) for (const action of group.actions) drawButton(action, state.isBusy);
  const words = {
    what: `${state.real} ${state.played}`,
    clock: state.clock,
    tray: state.tray,
    account: state.account,
    password: state.password,
    said: state.said,
  };
  for (const [id, text] of Object.entries(words)) if (byId(id).textContent !== text) byId(id).textContent = text;
  const icon = byId('icon');
  if (state.trayIcon === '') icon.removeAttribute('src');
  else if (icon.getAttribute('src') !== state.trayIcon) icon.setAttribute('src', state.trayIcon);
  drawEvents(state.events);
};
