import type { Attachment } from '../attachments.ts';
import { EXPORTED_AT, type Revision } from '../calendar.ts';
import type { Comment } from '../comments.ts';
import { day, decimal, instant, jsonb, optional, writeCsv } from '../csv.ts';
import type { Event } from '../events.ts';
import type { Label, labelTasks } from '../labels.ts';
import type { Project } from '../projects.ts';
import { type Task, taskAsOf } from '../tasks.ts';

/** What the tables of work are written from. */
export type Work = {
  projects: readonly Project[];
  tasks: readonly Task[];
  comments: readonly Comment[];
  attachments: readonly Attachment[];
  labels: readonly Label[];
  taskLabels: ReturnType<typeof labelTasks>;
  events: readonly Event[];
};

/** Writes the tables of work as they were when a revision was exported: CSV text by table name. */
export function workTables(work: Work, revision: Revision): Record<string, string> {
  const exportedAt = EXPORTED_AT[revision];
  const tasks = work.tasks
    .filter((task) => task.createdAt <= exportedAt)
    .map((task) => ({ ...task, ...taskAsOf(task, exportedAt) }));
  return {
    attachments: writeCsv(work.attachments, {
      id: (attachment) => attachment.id,
      task_id: (attachment) => attachment.task.id,
      uploaded_by_id: (attachment) => attachment.uploadedBy.id,
      file_name: (attachment) => attachment.fileName,
      content_type: (attachment) => attachment.contentType,
      size_bytes: (attachment) => attachment.sizeBytes,
      created_at: (attachment) => instant(attachment.createdAt),
    }),
    comments: writeCsv(
      work.comments.filter((comment) => comment.createdAt <= exportedAt),
      {
        id: (comment) => comment.id,
        task_id: (comment) => comment.task.id,
        author_id: (comment) => comment.author.id,
        parent_id: (comment) => comment.parent?.id ?? null,
        body: (comment) => comment.body,
        created_at: (comment) => instant(comment.createdAt),
        edited_at: (comment) => optional(comment.editedAt, instant),
      },
    ),
    events: writeCsv(
      work.events.filter((event) => event.occurredAt <= exportedAt),
      {
        id: (event) => event.id,
        account_id: (event) => event.account.id,
        user_id: (event) => event.user?.id ?? null,
        kind: (event) => event.kind,
        subject_id: (event) => event.subjectId,
        payload: (event) => jsonb(event.payload),
        occurred_at: (event) => instant(event.occurredAt - (event.occurredAt % 1000)),
      },
    ),
    labels: writeCsv(work.labels, {
      id: (label) => label.id,
      account_id: (label) => label.account.id,
      name: (label) => label.name,
      color: (label) => label.color,
    }),
    projects: writeCsv(work.projects, {
      id: (project) => project.id,
      account_id: (project) => project.account.id,
      team_id: (project) => project.team?.id ?? null,
      lead_id: (project) => project.lead?.id ?? null,
      key: (project) => project.key,
      name: (project) => project.name,
      description: (project) => project.description,
      status: (project) => project.status,
      priority: (project) => project.priority,
      budget: (project) => optional(project.budgetCents, decimal),
      billable: (project) => project.billable,
      starts_on: (project) => day(project.startsAt),
      due_on: (project) => optional(project.dueAt, day),
      created_at: (project) => instant(project.createdAt),
      updated_at: (project) => instant(project.archivedAt ?? project.createdAt + 75_000),
      archived_at: (project) => optional(project.archivedAt, instant),
    }),
    task_labels: writeCsv(work.taskLabels, {
      task_id: ({ task }) => task.id,
      label_id: ({ label }) => label.id,
    }),
    tasks: writeCsv(tasks, {
      id: (task) => task.id,
      project_id: (task) => task.project.id,
      parent_id: (task) => task.parent?.id ?? null,
      number: (task) => task.number,
      title: (task) => task.title,
      description: (task) => task.description,
      status: (task) => task.status,
      priority: (task) => task.priority,
      reporter_id: (task) => task.reporter.id,
      assignee_id: (task) => task.assignee?.id ?? null,
      estimate_hours: (task) => optional(task.estimate, decimal),
      due_on: (task) => optional(task.dueAt, day),
      created_at: (task) => instant(task.createdAt),
      updated_at: (task) => instant(task.updatedAt),
      completed_at: (task) => optional(task.completedAt, instant),
    }),
  };
}
