import { activeUsers, aliveUntil, type User } from './accounts.ts';
import { DAY_MS, SETTLED_AT, workingMoment } from './calendar.ts';
import { randomFor } from './random.ts';
import type { Task } from './tasks.ts';
import { writeComment } from './words/talk.ts';

/** Something that somebody wrote below a task. */
export type Comment = {
  id: number;
  task: Task;
  author: User;
  parent: Comment | null;
  body: string;
  createdAt: number;
  editedAt: number | null;
};

/** Tells what was written below the tasks, up to the end of the second revision. */
export function makeComments(tasks: readonly Task[]): Comment[] {
  const random = randomFor('comments');
  const comments = tasks.flatMap((task) => {
    const { account } = task.project;
    const last = task.moves.at(-1)?.at ?? task.createdAt;
    const count = Math.floor(random.next() * random.next() * 5);
    const moments = Array.from({ length: count }, () =>
      workingMoment(random, task.createdAt + 90_000, last + 12 * DAY_MS, account.place.utcOffset),
    )
      .filter((moment) => moment < aliveUntil(account))
      .sort((a, b) => a - b);

    const thread: Comment[] = [];
    for (const createdAt of moments) {
      const people = activeUsers(account, createdAt).filter((user) => user !== thread.at(-1)?.author);
      const author = random.pick(people.length > 0 ? people : activeUsers(account, createdAt));
      const parent = thread.length > 0 && random.chance(0.4) ? random.pick(thread) : null;
      const body = writeComment(random, task.thing, parent !== null);
      const isEdited = random.chance(0.06) && createdAt + DAY_MS < SETTLED_AT;
      const editedAt = isEdited ? createdAt + random.int(20_000, 3_000_000) : null;
      thread.push({ id: 0, task, author, parent, body, createdAt, editedAt });
    }
    return thread;
  });
  comments.sort((a, b) => a.createdAt - b.createdAt);
  return comments.map((comment, index) => Object.assign(comment, { id: index + 1 }));
}
