import { type ReactElement, useId } from 'react';
import { shortcutHelp } from '../shortcuts.ts';
import { setLetters, showHelp, useScreen } from '../store.ts';
import { DialogFrame } from './dialog-frame.tsx';
import { Toggle } from './toggle.tsx';

const isMac = /^Mac/.test(navigator.platform);

export function HelpDialog(): ReactElement {
  const isOpen = useScreen((screen) => screen.isHelpOpen);
  const lettersAreOn = useScreen((screen) => screen.lettersAreOn);
  const id = useId();
  return (
    <DialogFrame title="Keyboard" isOpen={isOpen} onClose={() => showHelp(false)}>
      {shortcutHelp.map(({ title, keys }) => (
        <section className="help-group" key={title} aria-labelledby={`${id}-${title}`}>
          <h3 id={`${id}-${title}`}>{title}</h3>
          <dl className="help-keys">
            {keys.map((each) => (
              <div className="help-key" key={each.does}>
                <dt>
                  {each.keys.map((key) => (
                    <kbd key={key}>{isMac ? key.replace('Ctrl', '⌘') : key}</kbd>
                  ))}
                </dt>
                <dd>{each.does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <Toggle
        label="Single keys work as shortcuts"
        note="Turn this off if you dictate or use a switch. Arrow keys, Enter and Esc always work."
        isOn={lettersAreOn}
        onChange={setLetters}
      />
    </DialogFrame>
  );
}
