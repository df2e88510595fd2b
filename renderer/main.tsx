import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { Mishap } from './parts/mishap.tsx';
import { startListening } from './store.ts';

// Before anything is drawn: main sends the wanted view as soon as the page has loaded.
startListening();
const root = document.querySelector('#root');
if (root === null) throw new TypeError('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Mishap>
      <App />
    </Mishap>
  </StrictMode>,
);
