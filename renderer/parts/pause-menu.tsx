import { Menu } from '@base-ui/react/menu';
import type { ReactElement } from 'react';
import type { QuietView } from '../../preload/contract.ts';
import { pause } from '../actions.ts';
import { untilText } from '../moments.ts';
import { showSettings, useScreen } from '../store.ts';
import { useNow } from '../use-now.ts';
import { Icon } from './icon.tsx';
import { Popup } from './popup.tsx';

/** Holds toasts back for a while; says so while they are. */
export function PauseMenu({ quiet }: { readonly quiet: QuietView | null }): ReactElement {
  const now = useNow(30_000);
  const isRunning = useScreen((screen) => screen.running.has('pause'));
  const isPaused = quiet?.why === 'paused';
  return (
    <Menu.Root>
      <Menu.Trigger className={`foot-button ${quiet === null ? '' : 'foot-active'}`} disabled={isRunning}>
        <Icon name={quiet === null ? 'pause' : isPaused ? 'pause' : 'moon'} />
        <span className="foot-words">{quiet === null ? 'Pause' : quietWords(quiet, now)}</span>
        <span className="foot-chevron">
          <Icon name="chevron" />
        </span>
      </Menu.Trigger>
      <Popup side="top" align="start">
        {isPaused && (
          <Menu.Item className="menu-item" onClick={() => void pause(null)}>
            <Icon name="play" />
            Resume
          </Menu.Item>
        )}
        <Menu.Item className="menu-item" onClick={() => void pause('oneHour')}>
          <Icon name="pause" />
          Pause for 1 hour
        </Menu.Item>
        <Menu.Item className="menu-item" onClick={() => void pause('untilTomorrow')}>
          <Icon name="moon" />
          Pause until tomorrow
        </Menu.Item>
        <Menu.Separator className="menu-line" />
        <Menu.Item className="menu-item" onClick={() => showSettings('quietHours')}>
          <Icon name="gear" />
          Quiet hours…
        </Menu.Item>
      </Popup>
    </Menu.Root>
  );
}

/** "Paused until 15:20", "Quiet until tomorrow, 07:30". */
function quietWords({ why, until }: QuietView, now: Date): string {
  const word = why === 'paused' ? 'Paused' : 'Quiet';
  return until === null ? word : `${word} ${untilText(new Date(until), now)}`;
}
