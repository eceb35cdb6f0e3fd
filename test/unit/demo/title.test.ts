import { describe, expect, it } from 'vitest';
import { titleProblem } from '../../../electron/contract/title-problem.ts';

describe('what a person calls a profile or a snapshot', () => {
  it.each(['Söns & Co', 'Globex, Inc.', '“Best” Ltd. (2nd)', '日本', '🪨', '100 %', `${'a'.repeat(99)}🪨`])(
    'can be %s',
    (title) => expect(titleProblem(title)).toBeNull(),
  );

  it.each([
    ['', 'Give it a name.'],
    ['  ', 'Give it a name.'],
    ['a'.repeat(300), 'It has 300 characters; 100 are the most.'],
    ['../x', 'It begins with ., which would be taken for a path, an option or a formula elsewhere.'],
    ['=1+1', 'It begins with =, which would be taken for a path, an option or a formula elsewhere.'],
    ['a\nb', 'It holds a line break or another control character.'],
    ['\ud83e', 'It holds half a character.'],
  ])('cannot be %j', (title, problem) => expect(titleProblem(title)).toBe(problem));
});
