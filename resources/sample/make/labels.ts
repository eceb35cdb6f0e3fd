import type { Account } from './accounts.ts';
import { randomFor } from './random.ts';
import { type Task, tasksOfBoth } from './tasks.ts';

/** A word that an account marks tasks with. */
export type Label = { id: number; account: Account; name: string; color: string };

const LABELS = [
  'bug',
  'blocked by client',
  'extra, to be billed',
  'internal',
  'nice to have',
  'needs "OK"',
  'waiting',
  'wichtig',
  'à vérifier',
  'on site',
  '🔥',
];
const COLORS = ['#0f766e', '#b45309', '#b91c1c', '#1d4ed8', '#475569', '#15803d', '#7e22ce'];

/** Tells with which labels each account works. */
export function makeLabels(accounts: readonly Account[]): Label[] {
  const random = randomFor('labels');
  const labels = accounts.flatMap((account) => {
    const count = Math.min(LABELS.length, 1 + random.int(0, 1) + Math.floor(account.users.length / 4));
    return random.sample(LABELS, count).map((name) => ({ account, name, color: random.pick(COLORS) }));
  });
  return labels.map((label, index) => ({ id: index + 1, ...label }));
}

/** Tells which tasks carry which labels, for the tasks that both revisions have. */
export function labelTasks(tasks: readonly Task[], labels: readonly Label[]): { task: Task; label: Label }[] {
  const random = randomFor('task_labels');
  return tasksOfBoth(tasks).flatMap((task) => {
    const known = labels.filter((label) => label.account === task.project.account);
    return random
      .sample(known, random.int(0, 3))
      .sort((a, b) => a.id - b.id)
      .map((label) => ({ task, label }));
  });
}

/** Picks a color for something that is shown in a list. */
export function pickColor(index: number): string {
  return COLORS[index % COLORS.length] as string;
}
