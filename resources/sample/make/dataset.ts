import { makeAccounts } from './accounts.ts';
import { makeAttachments } from './attachments.ts';
import type { Revision } from './calendar.ts';
import { makeComments } from './comments.ts';
import { writeSchema } from './dump.ts';
import { makeEvents } from './events.ts';
import { makeInvoices } from './invoices.ts';
import { labelTasks, makeLabels } from './labels.ts';
import { makeProjects } from './projects.ts';
import { BILLING } from './schema/billing.ts';
import { PEOPLE } from './schema/people.ts';
import { WORK } from './schema/work.ts';
import { makeSubscriptions } from './subscriptions.ts';
import { billingTables } from './tables/billing.ts';
import { peopleTables } from './tables/people.ts';
import { workTables } from './tables/work.ts';
import { makeTasks } from './tasks.ts';

/** The name of the dataset, and of the invented company whose production database it is. */
export const DATASET = 'tidewater';

/** Tells the whole story once and writes the files of both revisions: text by file name, by revision. */
export function makeDataset(): Record<Revision, Record<string, string>> {
  const accounts = makeAccounts();
  const projects = makeProjects(accounts);
  const tasks = makeTasks(projects);
  const comments = makeComments(tasks);
  const attachments = makeAttachments(tasks);
  const labels = makeLabels(accounts);
  const taskLabels = labelTasks(tasks, labels);
  const subscriptions = makeSubscriptions(accounts);
  const invoices = makeInvoices(subscriptions);
  const events = makeEvents({ accounts, projects, tasks, comments, attachments, invoices });

  const schemas = [...PEOPLE, ...WORK, ...BILLING].map((file) => [
    `schema-${file.name}.sql`,
    writeSchema(file),
  ]);
  const filesOf = (revision: Revision): Record<string, string> => {
    const tables = {
      ...peopleTables(accounts),
      ...workTables({ projects, tasks, comments, attachments, labels, taskLabels, events }, revision),
      ...billingTables(subscriptions, invoices),
    };
    const csvs = Object.entries(tables).map(([name, text]) => [`table-${name}.csv`, text]);
    return Object.fromEntries([...schemas, ...csvs]);
  };
  return { 1: filesOf(1), 2: filesOf(2) };
}
