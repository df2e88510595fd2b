/** What the desktop and the app's process say to each other. Values only: everything here is structured-cloned. */

type Answer<T> = T | Promise<T>;

export interface MenuNode {
  readonly id: number;
  readonly type: 'normal' | 'separator' | 'checkbox' | 'radio' | 'submenu';
  readonly label: string;
  readonly enabled: boolean;
  readonly visible: boolean;
  readonly checked: boolean;
  readonly submenu: readonly MenuNode[];
}

export interface TrayState {
  /** PNG as a data URL; empty if the app set no image. */
  readonly iconDataUrl: string;
  readonly tooltip: string;
  /** As it was when the app last called `setContextMenu`: later changes to an item show only after another call. */
  readonly menu: readonly MenuNode[];
}

export interface ToastContent {
  readonly title: string;
  /** As handed to the notification server, which reads it as markup. */
  readonly body: string;
  readonly iconDataUrl: string;
  readonly urgency: 'low' | 'normal' | 'critical';
  readonly silent: boolean;
  /** `never`: stays until it is closed. */
  readonly timeoutType: 'default' | 'never';
  /** Windows' tag, macOS' identifier. */
  readonly tag: string;
  /** Labels of its buttons; none on Linux. */
  readonly buttons: readonly string[];
}

export interface WindowContent {
  readonly partition: string;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly visible: boolean;
  /** Source of the preload script; null if the window has none. */
  readonly preload: string | null;
}

export interface RendererCall {
  readonly kind: 'invoke' | 'send';
  readonly channel: string;
  /** Encoded by codec.ts. */
  readonly args: string;
}

export interface SchemeRequest {
  readonly partition: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}
export interface SchemeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export type WindowEvent = 'dom-ready' | 'did-finish-load' | 'ready-to-show' | 'closed' | 'crashed' | 'focus' | 'blur';
export type PowerEvent = 'suspend' | 'resume' | 'lock-screen' | 'unlock-screen' | 'shutdown' | 'on-ac' | 'on-battery';
/** `manual`: stands still until moved. `flowing`: shifted, and goes on by itself. */
export interface VirtualTime {
  readonly startMs: number;
  readonly mode: 'manual' | 'flowing';
}

export interface AppStart {
  /** Absolute path of the built main bundle. */
  readonly main: string;
  /** Folder with the app's package.json. */
  readonly appPath: string;
  readonly userData: string;
  readonly args: readonly string[];
  readonly time: VirtualTime | null;
  readonly isDark: boolean;
  readonly isOnline: boolean;
  readonly notificationsSupported: boolean;
  /** What an earlier run has left in the system's list. */
  readonly leftToasts: readonly Pick<ToastContent, 'tag' | 'title' | 'body'>[];
  /** The tag of the toast whose click has started the app. */
  readonly startedByToast: string | null;
  /** Plays a run of the installed app. */
  readonly isPackaged: boolean;
  /** What `process.platform` says. */
  readonly platform: NodeJS.Platform;
  /** Real milliseconds that evaluating the main module may take. */
  readonly mainLimitMs: number;
}

/** Asked by the app's process, answered by the desktop. */
export interface DesktopCalls {
  ready(): Answer<void>;
  failed(message: string): Answer<void>;
  trayShown(trayId: number, state: TrayState): Answer<void>;
  trayGone(trayId: number): Answer<void>;
  toastShown(toastId: number, content: ToastContent): Answer<void>;
  toastGone(toastId: number): Answer<void>;
  /** macOS: taken out of the system's list by their tags, whichever run has shown them. */
  toastsRemoved(tags: readonly string[]): Answer<void>;
  windowOpened(windowId: number, content: WindowContent): Answer<void>;
  /** Rejects with Chromium's error name if the page did not load. */
  windowLoad(windowId: number, url: string): Answer<void>;
  windowReload(windowId: number): Answer<void>;
  windowChanged(windowId: number, change: Pick<WindowContent, 'visible'>): Answer<void>;
  windowFocused(windowId: number): Answer<void>;
  windowSend(windowId: number, channel: string, args: string): Answer<void>;
  windowExecute(windowId: number, code: string): Answer<unknown>;
  windowClosed(windowId: number): Answer<void>;
  openExternal(url: string): Answer<void>;
  openPath(path: string): Answer<string>;
  errorBox(title: string, content: string): Answer<void>;
  loginItem(settings: unknown): Answer<void>;
  /** A second start found the lock held by `ownerPid`. */
  secondInstance(ownerPid: number, argv: readonly string[], workingDirectory: string): Answer<void>;
}

/** Asked by the desktop, answered by the app's process. */
export interface AppCalls {
  start(start: AppStart): Answer<void>;
  trayMenuClicked(trayId: number, itemId: number): Answer<void>;
  trayActivated(trayId: number): Answer<void>;
  toastClicked(toastId: number): Answer<void>;
  toastDismissed(toastId: number): Answer<void>;
  toastButtonPressed(toastId: number, index: number): Answer<void>;
  /** Windows, of a toast that no object stands for any more: what `Notification.handleActivation` gets. */
  toastActivated(text: string): Answer<void>;
  /** One that an earlier run has left. */
  leftToastClicked(tag: string): Answer<void>;
  /** Windows: under which names the app told the system to look for it. */
  systemNames(): Answer<{ readonly appUserModelId: string | null; readonly toastActivator: string | null }>;
  /**
   * For `invoke` the encoded result; rejects with the handler's error. Tests may say that another frame speaks: one within
   * the page, or one that is gone by now.
   */
  rendererCalled(windowId: number, url: string, call: RendererCall, frame?: 'main' | 'child' | 'gone'): Answer<string>;
  windowHappened(windowId: number, event: WindowEvent, url: string): Answer<void>;
  windowCloseAsked(windowId: number): Answer<void>;
  /** Whether the page may go there. */
  navigationAsked(windowId: number, url: string, isMainFrame: boolean): Answer<boolean>;
  /** Whether the page may, by routes that no page of this desktop takes: a redirect, a webview. */
  routeAsked(windowId: number, route: 'will-redirect' | 'will-attach-webview', url: string): Answer<boolean>;
  windowOpenAsked(windowId: number, url: string, frameName: string): Answer<void>;
  schemeRequested(request: SchemeRequest): Answer<SchemeResponse | null>;
  permissionAsked(
    partition: string,
    permission: string,
  ): Answer<{ readonly check: boolean; readonly request: boolean }>;
  /** What pages get of devices, of the screen, and as a download. */
  sessionAsked(
    partition: string,
  ): Answer<{ readonly device: boolean; readonly screen: boolean; readonly download: boolean }>;
  /** `getLastWebPreferences()` of every page there is. */
  webPreferences(): Answer<readonly Readonly<Record<string, unknown>>[]>;
  /** A process of Chromium's own ended (GPU, network, …). */
  childProcessGone(details: {
    readonly type: string;
    readonly reason: string;
    readonly exitCode: number;
  }): Answer<void>;
  power(event: PowerEvent): Answer<void>;
  themeChanged(isDark: boolean): Answer<void>;
  onlineChanged(isOnline: boolean): Answer<void>;
  secondInstanceCame(argv: readonly string[], workingDirectory: string): Answer<void>;
  quitAsked(): Answer<void>;
  /** Answers after several turns of the event loop, with the requests that the app waits for then. */
  idle(): Answer<number>;
  /** The longest that the event loop stood still since this was last asked, in real milliseconds. */
  longestStandstill(): Answer<number>;
  /** Everything that nothing holds any more is gone when this answers. */
  collectGarbage(): Answer<void>;
  /** Runs the next timer due at or before `untilMs`, or moves to `untilMs` if there is none. */
  timeStep(untilMs: number): Answer<{ readonly nowMs: number; readonly ran: boolean }>;
  timeJump(toMs: number): Answer<void>;
}
