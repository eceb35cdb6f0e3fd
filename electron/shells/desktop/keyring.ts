import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { z } from 'zod';
import { Failure, procedure } from '../../contract/api/procedure.ts';
import { isRockpoolError, RockpoolError } from '../../contract/errors.ts';
import { type Keyring, Protection } from '../../contract/keyring.ts';
import { type CallPort, callsOnly } from './port.ts';

const Key = z.object({ key: z.string() });
const Done = z.object({ done: z.literal(true) });
const done = { done: true } as const;

/** What the core asks of the main process, which alone can reach the system's keyring. */
const contract = {
  protection: procedure.output(Protection.exclude(['file'])),
  get: procedure.input(Key).output(z.string().nullable()),
  set: procedure.input(Key.extend({ value: z.string() })).output(Done),
  remove: procedure.input(Key).output(Done),
};

/** Answers the core at the other end of a port, in the main process. */
export function serveKeyring(keyring: Keyring, port: CallPort): void {
  const api = implement(contract).use(async ({ next, errors }) => {
    try {
      return await next();
    } catch (error) {
      if (!isRockpoolError(error)) throw error;
      throw errors.FAILED({ message: error.message, data: { ...error.report(), job: null } });
    }
  });
  const router = api.router({
    protection: api.protection.handler(() => keyring.protection()),
    get: api.get.handler(({ input }) => keyring.get(input.key)),
    set: api.set.handler(async ({ input: { key, value } }) => {
      await keyring.set(key, value);
      return done;
    }),
    remove: api.remove.handler(async ({ input }) => {
      await keyring.remove(input.key);
      return done;
    }),
  });
  new RPCHandler(router).upgrade(callsOnly(port));
  port.start();
}

/** The keyring of the main process, in the core; what is asked before the port has come waits for it. */
export function openKeyring(port: Promise<CallPort>): Keyring {
  const asked = port.then((come) => {
    const client: ContractRouterClient<typeof contract> = createORPCClient(
      new RPCLink({ port: come as never }),
    );
    come.start();
    return client;
  });
  const ask = async <T>(call: (client: ContractRouterClient<typeof contract>) => Promise<T>): Promise<T> => {
    try {
      return await call(await asked);
    } catch (error) {
      const failure = error instanceof ORPCError ? Failure.safeParse(error.data) : null;
      if (failure?.success !== true) throw error;
      const { code, message, hint, detail } = failure.data;
      throw new RockpoolError(code, message, { hint: hint ?? '', detail: detail ?? {} });
    }
  };
  return {
    protection: () => ask((client) => client.protection()),
    get: (key) => ask((client) => client.get({ key })),
    set: async (key, value) => {
      await ask((client) => client.set({ key, value }));
    },
    remove: async (key) => {
      await ask((client) => client.remove({ key }));
    },
  };
}
