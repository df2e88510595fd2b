import { CSPProvider } from '@base-ui/react/csp-provider';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { noteLooks } from './last-look.ts';
import { Mishap } from './parts/mishap.tsx';
import { keepFoundCurrent } from './search.ts';
import { startListening } from './store.ts';
import { keepTheme } from './theme.ts';

// Before anything is drawn: main sends the wanted view as soon as the page has loaded.
startListening();
keepFoundCurrent();
keepTheme();
noteLooks();
const root = document.querySelector('#root');
if (root === null) throw new TypeError('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    {/* Our content security policy allows no style elements. */}
    <CSPProvider disableStyleElements>
      <Mishap>
        <App />
      </Mishap>
    </CSPProvider>
  </StrictMode>,
);
