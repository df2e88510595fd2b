import type { ThemeName } from '../preload/contract.ts';
import { useScreen } from './store.ts';

/** Draws the page in the theme that was chosen. Returns what stops that. */
export function keepTheme(): () => void {
  const draw = (theme: ThemeName): void => {
    const { dataset } = document.documentElement;
    // Without the mark the page follows the system.
    if (theme === 'system') delete dataset.theme;
    else dataset.theme = theme;
  };
  return useScreen.subscribe(({ app }, before) => {
    if (app !== null && app.theme !== before.app?.theme) draw(app.theme);
  });
}
