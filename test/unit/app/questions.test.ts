import { describe, expect, it } from 'vitest';
import { openQuestions } from '../../../electron/app/questions.ts';
import { mfaCodeProvider, provideMfaCodes } from '../../../electron/sources/s3-mfa.ts';

describe('codes that are asked for in the page (F2)', () => {
  it('reach who watches, and his answer reaches who asked', async () => {
    const app = openQuestions();
    const leave = new AbortController();
    const watch = app.watchQuestions(leave.signal);
    expect((await watch.next()).value).toEqual({ open: [] });
    const code = mfaCodeProvider()?.('arn:aws:iam::1:mfa/mary');
    const { value } = await watch.next();
    expect(value).toMatchObject({ open: [{ device: 'arn:aws:iam::1:mfa/mary' }] });
    const id = value?.open[0]?.id ?? '';
    app.answerQuestion(id, '123456');
    app.answerQuestion(id, '654321');
    expect(await code).toBe('123456');
    expect((await watch.next()).value).toEqual({ open: [] });
    leave.abort();
    expect((await watch.next()).done).toBe(true);
  });

  it('end with what is wrong where no code is given, and where what asked is cancelled', async () => {
    const app = openQuestions();
    const leave = new AbortController();
    const watch = app.watchQuestions(leave.signal);
    await watch.next();
    const refused = mfaCodeProvider()?.('one');
    const id = (await watch.next()).value?.open[0]?.id ?? '';
    app.answerQuestion(id, null);
    await expect(refused).rejects.toMatchObject({ code: 'source_denied' });
    const cancel = new AbortController();
    const cancelled = mfaCodeProvider()?.('two', cancel.signal);
    cancel.abort(new Error('cancelled'));
    await expect(cancelled).rejects.toThrow('cancelled');
    leave.abort();
    await watch.next();
  });

  it('are asked for as before once nobody watches', async () => {
    const terminal = async () => 'typed';
    provideMfaCodes(terminal);
    const app = openQuestions();
    const leave = new AbortController();
    const watch = app.watchQuestions(leave.signal);
    await watch.next();
    expect(mfaCodeProvider()).not.toBe(terminal);
    leave.abort();
    await watch.next();
    expect(mfaCodeProvider()).toBe(terminal);
    provideMfaCodes(null);
  });
});
