import type { ViewName } from '../preload/contract.ts';

/** The view that the window was opened for: `#today/ALERT`, `#health`, `#signIn`. */
export function viewInAddress(hash: string): { view: ViewName; wantedAlertId: string | null } {
  const [name = '', alert] = hash.replace(/^#/, '').split('/');
  const view = isViewName(name) ? name : 'today';
  try {
    return { view, wantedAlertId: alert === undefined ? null : decodeURIComponent(alert) };
  } catch {
    return { view, wantedAlertId: null };
  }
}

const viewNames: Readonly<Record<ViewName, true>> = {
  today: true,
  next: true,
  health: true,
  accounts: true,
  settings: true,
  signIn: true,
};
const isViewName = (name: string): name is ViewName => Object.hasOwn(viewNames, name);
