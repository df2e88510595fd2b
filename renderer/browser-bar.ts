/** What a page in a browser says that a window of our own need not: that it is not the app, and how to end that. */
import type { AppView, HealthStateView } from '../preload/contract.ts';
import { stateIcon } from './state-icon.ts';

export interface BrowserBar {
  /** The state in the tab's title and, where the page is installed, on its badge: there is no icon on the panel. */
  draw(app: AppView): void;
  /** A page that the person has to open, because the system had no browser to open it with. */
  offer(url: string): void;
  /** No answer from Tidings, which may come back … */
  lost(): void;
  /** … and has. */
  found(): void;
  quitting(): void;
  /** There is nothing more to come. */
  end(why: keyof typeof ends): void;
}

const says =
  'Tidings runs in your browser, because its own window cannot be had here. Closing this page does not stop it.';
const ends = {
  stopped: ['Tidings has stopped', 'Nothing is watched until you start it again. You can close this page.'],
  needsAddress: [
    'This page needs a new address',
    'An address works once, within a minute. Start Tidings again, or press Enter where it runs, and it opens another page.',
  ],
} as const;

/** Puts the bar above the page. Without `acts` there is nothing to press. */
export function showBrowserBar(acts?: { readonly quit: () => void; readonly toastsAllowed: () => void }): BrowserBar {
  const bar = element('aside', 'browser-bar');
  bar.setAttribute('aria-label', 'Tidings in your browser');
  const words = element('p', 'browser-bar-words', says);
  const offers = element('p', 'browser-bar-words');
  offers.setAttribute('role', 'status');
  const allow = button('Show alerts from this page', () => {
    void Notification.requestPermission().then((permission) => {
      allow.hidden = true;
      if (permission === 'granted') acts?.toastsAllowed();
    });
  });
  allow.hidden = true;
  const quit = button('Quit Tidings', () => acts?.quit());
  bar.append(words, offers, allow, quit);
  if (acts !== undefined) document.body.prepend(bar);
  const icon = document.querySelector('link[rel=icon]');
  let ended = false;
  const name = (title: string, state: HealthStateView | null): void => {
    document.title = `${title} – Tidings`;
    icon?.setAttribute('href', stateIcon(state));
  };
  name('One moment', null);

  return {
    draw({ health, unreadCount }) {
      if (ended) return;
      const count = unreadCount ?? 0;
      name(`${count > 0 ? `(${count}) ` : ''}${health.headline}`, health.state);
      // Nothing hangs on it, and most browsers refuse.
      const badge = count > 0 ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.();
      badge?.catch(() => {});
      const isBlocked = health.warnings.some(({ state }) => state === 'toastsBlocked');
      allow.hidden = !(isBlocked && 'Notification' in window && Notification.permission === 'default');
    },
    offer(url) {
      if (!url.startsWith('https://')) return;
      // A click a moment ago is what browsers ask for before they open a page.
      if (navigator.userActivation?.isActive) window.open(url, '_blank', 'noopener,noreferrer');
      const link = element('a', 'browser-bar-link', new URL(url).hostname);
      link.setAttribute('href', url);
      link.setAttribute('target', '_blank');
      link.setAttribute('rel', 'noopener noreferrer');
      link.addEventListener('click', () => offers.replaceChildren());
      offers.replaceChildren('If no page opened, open it here: ', link);
    },
    lost() {
      if (ended) return;
      words.textContent = 'Tidings does not answer. It may have stopped; this page goes on trying.';
      name('No answer', null);
    },
    found() {
      words.textContent = says;
    },
    quitting() {
      quit.setAttribute('disabled', '');
      words.textContent = 'Tidings is stopping …';
    },
    end(why) {
      const [heading, explanation] = ends[why];
      ended = true;
      name(heading, null);
      const end = element('main', 'browser-end');
      end.append(element('h1', '', heading), element('p', '', explanation));
      document.body.replaceChildren(end);
    },
  };
}

function element(name: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function button(text: string, act: () => void): HTMLElement {
  const made = element('button', 'button button-small', text);
  made.setAttribute('type', 'button');
  made.addEventListener('click', act);
  return made;
}
