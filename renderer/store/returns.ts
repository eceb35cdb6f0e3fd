import { useEffect, useState } from 'react';

/** How often the window came back to its reader: data may have been changed elsewhere meanwhile. */
export function useReturns(): number {
  const [returns, setReturns] = useState(0);
  useEffect(() => {
    const onReturn = () => document.visibilityState === 'visible' && setReturns((count) => count + 1);
    window.addEventListener('focus', onReturn);
    document.addEventListener('visibilitychange', onReturn);
    return () => {
      window.removeEventListener('focus', onReturn);
      document.removeEventListener('visibilitychange', onReturn);
    };
  }, []);
  return returns;
}
