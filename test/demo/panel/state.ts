/** What the control panel shows, whole, each time; and what the person asks for on it. */

export interface PanelAction {
  readonly id: string;
  readonly label: string;
  /** One short sentence: what it does, or why it cannot be done now. */
  readonly about: string;
  readonly isPossible: boolean;
  readonly isOn: boolean;
}
export interface PanelGroup {
  readonly title: string;
  readonly actions: readonly PanelAction[];
}
export interface PanelEvent {
  readonly number: number;
  readonly clock: string;
  readonly who: string;
  readonly text: string;
}
export interface PanelState {
  readonly theme: 'light' | 'dark';
  readonly real: string;
  readonly played: string;
  readonly clock: string;
  /** The tray's state in words. */
  readonly tray: string;
  readonly trayIcon: string;
  readonly account: string;
  readonly password: string;
  /** What was done last, or is being done. */
  readonly said: string;
  readonly isBusy: boolean;
  readonly groups: readonly PanelGroup[];
  /** Oldest first; the last hundred. */
  readonly events: readonly PanelEvent[];
}
/** `words` holds the fields of the mail form. */
export interface PanelRequest {
  readonly id: string;
  readonly words: { readonly from: string; readonly subject: string };
}
