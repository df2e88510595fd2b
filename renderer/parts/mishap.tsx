import { Component, type ReactNode } from 'react';
import { Icon } from './icon.tsx';

/** In place of a blank window when drawing failed, which is a bug of ours. A class, because React knows no other way. */
export class Mishap extends Component<{ readonly children: ReactNode }, { readonly happened: boolean }> {
  override state = { happened: false };

  static getDerivedStateFromError(): { readonly happened: boolean } {
    return { happened: true };
  }

  override render(): ReactNode {
    if (!this.state.happened) return this.props.children;
    return (
      <div className="nothing" role="alert">
        <Icon name="warning" />
        <h1>This page could not be drawn</h1>
        <p>Tidings itself goes on: alerts arrive, and what matters still pops up.</p>
        <button className="button" type="button" onClick={() => window.location.reload()}>
          Try again
        </button>
      </div>
    );
  }
}
