import { Menu } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';

/** Where a menu's items appear; the same look for all of them. */
export function Popup(props: {
  readonly children: ReactNode;
  readonly side?: 'top' | 'bottom';
  readonly align?: 'start' | 'end';
}): ReactElement {
  return (
    <Menu.Portal>
      <Menu.Positioner
        className="popup-place"
        side={props.side ?? 'bottom'}
        align={props.align ?? 'end'}
        sideOffset={4}
      >
        <Menu.Popup className="popup">{props.children}</Menu.Popup>
      </Menu.Positioner>
    </Menu.Portal>
  );
}
