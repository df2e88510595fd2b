import { useEffect, useState } from 'react';
import { useScreen } from './store.ts';

/**
 * The time, looked at again every `everyMs`, whenever main tells something new and whenever the window comes back into
 * sight: "in 10 min" and "Today" stay true in a window that is left open, also over a night asleep.
 */
export function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const look = (): void => setNow(new Date());
    const timer = setInterval(look, everyMs);
    const stopHearing = useScreen.subscribe((screen, before) => {
      const isNews = screen.app !== before.app || screen.list !== before.list || screen.meetings !== before.meetings;
      if (isNews) look();
    });
    document.addEventListener('visibilitychange', look);
    window.addEventListener('focus', look);
    return () => {
      clearInterval(timer);
      stopHearing();
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('focus', look);
    };
  }, [everyMs]);
  return now;
}
