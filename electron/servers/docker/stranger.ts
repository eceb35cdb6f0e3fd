import { RockpoolError } from '../../contract/errors.ts';

const remedies = {
  container: (name: string) => `If it is yours, give it another name: docker rename ${name} NEW-NAME.`,
  volume: (name: string) => `If nobody needs it, remove it: docker volume rm ${name}.`,
  network: (name: string) => `If nobody needs it, remove it: docker network rm ${name}.`,
};

/** The error `server_failed` for a thing of our name that somebody else made: it is never touched. */
export function strangerError(what: keyof typeof remedies, name: string): RockpoolError {
  return new RockpoolError('server_failed', `A ${what} called ${name} is there that Rockpool did not make.`, {
    hint: `It is left alone. ${remedies[what](name)}`,
    detail: { [what]: name },
  });
}
