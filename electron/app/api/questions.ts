import { api, never } from './implementer.ts';

const { questions } = api;

export const questionsApi = questions.router({
  watch: questions.watch.handler(({ context, signal }) => context.app.watchQuestions(signal ?? never)),
  answer: questions.answer.handler(async ({ context, input }) => {
    context.app.answerQuestion(input.id, input.code);
    return { ok: true as const };
  }),
});
