import type { AgentWish } from '../../../electron/contract/agent.ts';
import { commandOf, option } from '../../store/command.ts';

/** A new agent, as a command; its secret comes from standard input and stands in no command. */
export function agentCommand({ name, url, airflow, user, secret, ca }: AgentWish): string {
  const hasUser = user != null && user !== '';
  return commandOf(
    'agent',
    'add',
    name,
    url === '' ? 'http://127.0.0.1:3010' : url,
    ...option('--airflow', airflow),
    ...option('--user', user),
    ...option('--ca', ca),
    secret != null && (hasUser ? '--password-stdin' : '--token-stdin'),
  );
}
