import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { formatAgo, formatExact } from './format.ts';

/** A time as people say it, the exact one on hover; it keeps up while it is looked at. */
export function Ago({ at }: { at: string }) {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <Tooltip label={formatExact(at)}>
      <time dateTime={at} className="num">
        {formatAgo(at)}
      </time>
    </Tooltip>
  );
}
