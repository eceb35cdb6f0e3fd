import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { Api } from '../../contract/api.ts';
import type { Changes } from '../../contract/card.ts';
import type { CallPort } from './port.ts';

/** The main process's own connection to the core, for the tray and the taskbar. */
export interface CoreClient {
  readonly api: Api;
  /** Watches until the connection ends; `onChange` gets every record. */
  watch(onChange: (changes: Changes) => void): Promise<void>;
}

/** Speaks with the core through one end of a channel whose other end the core has. */
export function openCoreClient(port: CallPort): CoreClient {
  const api: Api = createORPCClient(new RPCLink({ port: port as never }));
  port.start();
  return {
    api,
    watch: async (onChange) => {
      for await (const changes of await api.machine.watch()) onChange(changes);
    },
  };
}
