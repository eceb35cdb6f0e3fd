const longestBatch = 500;

/**
 * Turns a reader that calls back for every line into batches of lines, so that a burst is one message. Ends when the
 * reader does or the signal aborts; throws what the reader throws.
 */
export async function* gatherLines(
  signal: AbortSignal,
  read: (onLine: (line: string) => void, signal: AbortSignal) => Promise<void>,
): AsyncGenerator<{ lines: string[] }> {
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);
  const waiting: string[] = [];
  let wake = () => {};
  let isOver = false;
  let failure: unknown = null;
  const reading = read((line) => {
    waiting.push(line);
    if (waiting.length > longestBatch) waiting.shift();
    wake();
  }, until).then(
    () => {},
    (error: unknown) => {
      failure = error;
    },
  );
  void reading.then(() => {
    isOver = true;
    wake();
  });
  try {
    for (;;) {
      if (waiting.length > 0) yield { lines: waiting.splice(0) };
      else if (isOver) break;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
    if (failure !== null && !signal.aborted) throw failure;
  } finally {
    ended.abort();
  }
}
