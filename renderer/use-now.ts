import { useEffect, useState } from 'react';

/** The time, looked at again every `everyMs`: "3 minutes" and "Today" stay true in a window that is left open. */
export function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
