/** What a probe can do with the app, whatever runs it. */
import type { Page } from 'playwright';

export interface LaunchOptions {
  readonly args?: readonly string[];
  /** Another app than the one made for the probes: the built product. */
  readonly app?: 'product';
  /** On this bus, instead of none. */
  readonly busAddress?: string;
}

export interface RunningApp {
  /** The page of the window in front; waits for one. */
  page(): Promise<Page>;
  /** Windows that a person can see. */
  windowCount(): Promise<number>;
  /** As a person closes it. */
  closeWindow(): Promise<void>;
  /** `Parent › Child` for a submenu. */
  clickMenu(label: string): Promise<void>;
  /** All it wrote to standard output and error. */
  output(): string;
  /** The same app once more, on the same profile; resolves with its exit status. */
  startAgain(args: readonly string[]): Promise<number | null>;
  readonly exited: Promise<number | null>;
  /** Ends it whatever it does. */
  kill(): Promise<void>;
}

export interface ConformanceDriver {
  readonly name: 'double' | 'Electron';
  launch(options?: LaunchOptions): Promise<RunningApp>;
  stop(): Promise<void>;
}
