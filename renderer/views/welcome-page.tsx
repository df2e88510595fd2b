import { type ReactElement, useEffect } from 'react';
import type { AppView } from '../../preload/contract.ts';
import { signIn } from '../actions.ts';
import { ClientIdForm } from '../parts/client-id-form.tsx';
import { Promises } from '../parts/promises.tsx';
import { isProblem, SignInCards } from '../parts/sign-in-cards.tsx';
import { StorageNote } from '../parts/storage-note.tsx';
import { loadSettings } from '../settings-store.ts';
import { useScreen } from '../store.ts';

/** Before the first sign-in: what is needed, what will be asked for, and who sees what. */
export function WelcomePage({ app }: { readonly app: AppView }): ReactElement {
  // The worst of what stands in between is enough to begin with.
  const problems = app.health.warnings.filter(isProblem).slice(0, 1);
  const needsClientId = app.health.warnings.some(({ code }) => code === 'client-id-missing');
  useEffect(() => {
    void loadSettings();
  }, []);
  return (
    <>
      <header className="page-head">
        <h1>Welcome</h1>
      </header>
      <SignInCards app={app} problems={problems} />
      {needsClientId && <ClientIdForm />}
      {problems.length === 0 && app.signIn.kind !== 'waitingForBrowser' && <Hero />}
      <Promises />
      <StorageNote app={app} />
    </>
  );
}

function Hero(): ReactElement {
  const isOpening = useScreen((screen) => screen.running.has('signIn'));
  return (
    <section className="hero" aria-labelledby="hero">
      <h2 id="hero">Know at once what happens in your mail and calendar.</h2>
      <p>
        Sign in with your Microsoft 365 or Outlook.com account. Your own web browser opens; Tidings never sees your
        password.
      </p>
      <button
        className="button button-primary button-big"
        type="button"
        disabled={isOpening}
        onClick={() => void signIn(null)}
      >
        {isOpening ? 'Opening your browser…' : 'Sign in with Microsoft'}
      </button>
    </section>
  );
}
