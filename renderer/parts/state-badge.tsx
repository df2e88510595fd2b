import type { ReactElement } from 'react';
import type { HealthStateView } from '../../preload/contract.ts';
import { Icon, type IconName } from './icon.tsx';

/** The same shapes as on the tray's icons. */
const shapes: Readonly<Record<HealthStateView, IconName>> = {
  configurationError: 'warning',
  blocked: 'noEntry',
  signInRequired: 'key',
  offline: 'cloudOff',
  toastsBlocked: 'bellOff',
  delayed: 'clock',
  catchingUp: 'arrows',
  paused: 'pause',
  notSetUp: 'plus',
  allGood: 'check',
};

export type Tone = 'good' | 'info' | 'warn' | 'bad';
const tones: Readonly<Record<HealthStateView, Tone>> = {
  configurationError: 'bad',
  blocked: 'bad',
  signInRequired: 'warn',
  offline: 'warn',
  toastsBlocked: 'warn',
  delayed: 'warn',
  catchingUp: 'info',
  paused: 'info',
  notSetUp: 'info',
  allGood: 'good',
};
export const toneOf = (state: HealthStateView): Tone => tones[state];

export function StateBadge(props: {
  readonly state: HealthStateView;
  readonly size?: 'small' | 'large';
}): ReactElement {
  return (
    <span className={`badge badge-${props.size ?? 'large'} tone-${toneOf(props.state)}`}>
      <Icon name={shapes[props.state]} />
    </span>
  );
}
