import { activeUsers, aliveUntil, type User } from './accounts.ts';
import { DAY_MS, SETTLED_AT, workingMoment } from './calendar.ts';
import { randomFor, randomUuid } from './random.ts';
import { type Task, tasksOfBoth } from './tasks.ts';
import { nameFile } from './words/files.ts';

/** A file that somebody added to a task. */
export type Attachment = {
  id: string;
  task: Task;
  uploadedBy: User;
  fileName: string;
  contentType: string;
  sizeBytes: number;
  createdAt: number;
};

/** Tells which files were added; none in the week between the two revisions. */
export function makeAttachments(tasks: readonly Task[]): Attachment[] {
  const random = randomFor('attachments');
  const attachments = tasksOfBoth(tasks).flatMap((task) =>
    Array.from({ length: Number(random.weighted({ '0': 20, '1': 4, '2': 1 })) }, () => {
      const { account } = task.project;
      const until = Math.min(task.createdAt + 30 * DAY_MS, aliveUntil(account), SETTLED_AT);
      const createdAt = workingMoment(random, task.createdAt, until, account.place.utcOffset);
      const uploadedBy = random.pick(activeUsers(account, createdAt));
      return { id: randomUuid(random), task, uploadedBy, ...nameFile(random), createdAt };
    }),
  );
  return attachments.sort((a, b) => a.createdAt - b.createdAt);
}
