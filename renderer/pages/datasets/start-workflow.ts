import { notifications } from '@mantine/notifications';
import { texts } from '../../texts/agents.ts';
import { api } from '../../wire/connection.ts';

/** Starts a workflow of an agent, and says that it is begun. */
export async function startWorkflow(agent: string, workflow: string, called: string): Promise<void> {
  await api.agents.run({ name: agent, workflow });
  notifications.show({ message: texts.isBegun(called), color: 'sea', withBorder: true });
}
