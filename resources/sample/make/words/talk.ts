import type { Random } from '../random.ts';

const OPENERS = [
  'Had a look at {thing}.',
  'Done with {thing}, ready for review.',
  'First version of {thing} is attached.',
  'Quick question about {thing}:',
  'Talked to the client about {thing}.',
  'Moved this to {weekday}.',
  'Not today, sorry.',
  'Good progress.',
  'I would start over with {thing}.',
  'Looks right to me 👍',
  'Merci beaucoup, c’est parfait.',
  'Sieht gut aus, nur die Maße fehlen noch.',
  '“Good enough” is the goal here.',
];
const MIDDLES = [
  'Two points are open: the dates, and who pays.',
  'The numbers add up now, except row {n}.',
  'They said "yes", with one change.',
  'Can we skip {thing}?',
  'It took {n} hours, the estimate was {m}.',
  'The file is in S:\\projects\\shared, as always.',
  'Needs an answer before {weekday}.',
  'No blocker, but worth knowing.',
  'Old version kept as "v{n} (old)".',
  'See comment above, point {m}.',
  'Temperature range is −{m} °C to +{n} °C.',
];
const CLOSERS = [
  'Over to you.',
  'Thanks!',
  'OK?',
  'Closing this on {weekday}.',
  'More tomorrow.',
  '🎉',
  'Let me know.',
];
const REPLIES = [
  'Yes.',
  'Agreed, go ahead.',
  'No, {weekday} is too late.',
  'Can you split that off, please?',
  '+1, and thanks for checking.',
  'I get {n}, not {m}. Which one is right?',
  'Reopened: "{thing}" is not what was ordered.',
  'Ask the office, they have the contract.',
];
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'];

/** What somebody writes below a task about `thing`: one line, several, or a list. */
export function writeComment(random: Random, thing: string, isReply: boolean): string {
  const text = isReply && random.chance(0.7) ? random.pick(REPLIES) : remark(random);
  const body = text
    .replaceAll('{thing}', thing)
    .replaceAll('{n}', () => String(random.int(5, 48)))
    .replaceAll('{m}', () => String(random.int(1, 9)))
    .replaceAll('{weekday}', () => random.pick(WEEKDAYS));
  return body.slice(0, 1).toUpperCase() + body.slice(1);
}

function remark(random: Random): string {
  const opener = random.pick(OPENERS);
  const shape = random.next();
  if (shape < 0.4) return opener;
  if (shape < 0.75) return `${opener} ${random.pick(MIDDLES)}`;
  if (shape < 0.88) return `${opener}\n\n${random.pick(MIDDLES)}\n${random.pick(CLOSERS)}`;
  return `${opener}\n- ${random.sample(MIDDLES, random.int(2, 3)).join('\n- ')}`;
}
