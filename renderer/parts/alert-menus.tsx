import { Menu } from '@base-ui/react/menu';
import type { ReactElement } from 'react';
import type { AlertView, SnoozeChoice } from '../../preload/contract.ts';
import { dismiss, joinFromAlert, markRead, mute, openAlert, snooze } from '../actions.ts';
import { Icon, type IconName } from './icon.tsx';
import { Popup } from './popup.tsx';

interface RowMenuProps {
  readonly alert: AlertView;
  readonly tabIndex: number;
  /** Names the alert to those who hear the button. */
  readonly titleId: string;
  readonly isOpen: boolean;
  readonly onOpen: (isOpen: boolean) => void;
}

const snoozes: readonly { readonly choice: SnoozeChoice; readonly words: string }[] = [
  { choice: 'fiveMinutes', words: 'For 5 minutes' },
  { choice: 'tenMinutes', words: 'For 10 minutes' },
  { choice: 'untilStart', words: 'Until it starts' },
];

function snoozesOf({ startsAt }: AlertView): typeof snoozes {
  const hasStarted = startsAt === null || Date.parse(startsAt) <= Date.now();
  return snoozes.filter(({ choice }) => choice !== 'untilStart' || !hasStarted);
}

export function SnoozeMenu({ alert, tabIndex, titleId, isOpen, onOpen }: RowMenuProps): ReactElement {
  return (
    <Menu.Root open={isOpen} onOpenChange={onOpen}>
      <Menu.Trigger className="button button-small" tabIndex={tabIndex} aria-describedby={titleId}>
        Snooze
        <Icon name="chevron" />
      </Menu.Trigger>
      <Popup>
        {snoozesOf(alert).map(({ choice, words }) => (
          <Menu.Item key={choice} className="menu-item" onClick={() => void snooze(alert.id, choice)}>
            <Icon name="clock" />
            {words}
          </Menu.Item>
        ))}
      </Popup>
    </Menu.Root>
  );
}

/** All that can be done with an alert, with the key that does it from the list. */
export function MoreMenu({ alert, tabIndex, titleId, isOpen, onOpen }: RowMenuProps): ReactElement | null {
  const { id, canOpen, canMarkRead, canMute, canJoin, canSnooze, isMuted, settled } = alert;
  const items: readonly (ItemProps & { readonly isShown: boolean })[] = [
    { isShown: canOpen, icon: 'external', words: 'Open in Outlook', keys: 'Enter', act: () => openAlert(id) },
    { isShown: canJoin && !settled, icon: 'camera', words: 'Join', keys: 'C', act: () => joinFromAlert(id) },
    { isShown: canMarkRead, icon: 'envelopeOpen', words: 'Mark as read', keys: 'R', act: () => markRead(id) },
    {
      isShown: canMute,
      icon: isMuted ? 'bell' : 'mute',
      words: isMuted ? 'Unmute this conversation' : 'Mute this conversation',
      keys: 'M',
      act: () => mute(id, !isMuted),
    },
    { isShown: canSnooze, icon: 'close', words: 'Dismiss', keys: 'D', act: () => dismiss(id) },
  ];
  const shown = items.filter((item) => item.isShown);
  if (shown.length === 0) return null;
  return (
    <Menu.Root open={isOpen} onOpenChange={onOpen}>
      <Menu.Trigger
        className="quiet-button row-button"
        tabIndex={tabIndex}
        aria-label="More actions"
        title="More actions"
        aria-describedby={titleId}
      >
        <Icon name="more" />
      </Menu.Trigger>
      <Popup>
        {shown.map(({ isShown: _, ...item }) => (
          <Item key={item.words} {...item} />
        ))}
      </Popup>
    </Menu.Root>
  );
}

interface ItemProps {
  readonly icon: IconName;
  readonly words: string;
  readonly keys: string;
  readonly act: () => Promise<void>;
}

function Item({ icon, words, keys, act }: ItemProps): ReactElement {
  return (
    <Menu.Item className="menu-item" onClick={() => void act()}>
      <Icon name={icon} />
      {words}
      <span className="menu-key" aria-hidden="true">
        {keys}
      </span>
    </Menu.Item>
  );
}
