import { randomUUID } from 'node:crypto';
import type { Question } from '../contract/api/questions.ts';
import { RockpoolError } from '../contract/errors.ts';
import { mfaCodeProvider, provideMfaCodes } from '../sources/s3-mfa.ts';

/** What the app asks the person who looks at a page. */
export interface QuestionsApp {
  /** What waits for an answer, whenever that changes. While somebody watches, codes are asked for here (F2). */
  watchQuestions(signal: AbortSignal): AsyncGenerator<{ open: Question[] }>;
  /** `code` null gives none: what asked ends with `source_denied`. */
  answerQuestion(id: string, code: string | null): void;
}

interface Waiting extends Question {
  readonly resolve: (code: string) => void;
  readonly reject: (error: unknown) => void;
}

/** Lets pages answer for the codes of devices; the shell's own way of asking is back once no page watches. */
export function openQuestions(): QuestionsApp {
  const waiting = new Map<string, Waiting>();
  const wakers = new Set<() => void>();
  const wake = () => {
    for (const each of wakers) each();
  };
  const settle = (id: string): Waiting | undefined => {
    const found = waiting.get(id);
    waiting.delete(id);
    wake();
    return found;
  };
  const ask = (device: string, signal?: AbortSignal): Promise<string> =>
    new Promise((resolve, reject) => {
      const id = randomUUID();
      waiting.set(id, { id, device, resolve, reject });
      signal?.addEventListener('abort', () => settle(id)?.reject(signal.reason), { once: true });
      wake();
    });
  let before: ReturnType<typeof mfaCodeProvider> = null;
  return {
    async *watchQuestions(signal) {
      let isNews = true;
      let wakeUp = () => {};
      const waker = () => {
        isNews = true;
        wakeUp();
      };
      if (wakers.size === 0) {
        before = mfaCodeProvider();
        provideMfaCodes(ask);
      }
      wakers.add(waker);
      signal.addEventListener('abort', waker, { once: true });
      try {
        while (!signal.aborted) {
          if (isNews) {
            isNews = false;
            yield { open: [...waiting.values()].map(({ id, device }) => ({ id, device })) };
            continue;
          }
          await new Promise<void>((resolve) => {
            wakeUp = resolve;
          });
        }
      } finally {
        wakers.delete(waker);
        signal.removeEventListener('abort', waker);
        if (wakers.size === 0) provideMfaCodes(before);
      }
    },
    answerQuestion: (id, code) => {
      const found = settle(id);
      if (found === undefined) return;
      if (code !== null) found.resolve(code);
      else found.reject(unanswered(found.device));
    },
  };
}

function unanswered(device: string): RockpoolError {
  return new RockpoolError('source_denied', `The code of ${device} was not given.`, {
    hint: 'Try again with the code that the device shows at that moment.',
    detail: { device },
  });
}
