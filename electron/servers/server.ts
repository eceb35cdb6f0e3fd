import { z } from 'zod';
import { ServerKind } from '../contract/server.ts';
import type { Address } from '../sql/connect.ts';

/** A server as state.db remembers it. */
export const ServerRecord = z.object({
  name: z.string(),
  kind: ServerKind,
  port: z.number().int().min(1).max(65535),
  /** PostgreSQL's own version text, such as `18.4`. */
  version: z.string(),
  /** Where its cluster is on this machine. */
  folder: z.string(),
  createdAt: z.iso.datetime(),
});
export type ServerRecord = z.infer<typeof ServerRecord>;

/** A server that answers now. A server is anything that yields a connection. */
export interface RunningServer {
  readonly name: string;
  readonly kind: ServerKind;
  readonly host: string;
  readonly port: number;
  readonly version: string;
  readonly major: number;
  /** A folder on the file system whose free space the server uses. */
  readonly folder: string;
  /** The superuser in the database `postgres`, where alone it works. */
  readonly admin: Address;
  /** Anybody else, anywhere. */
  address(user: string, password: string, database: string): Address;
}

/** What a server is wanted to be; without a port it is the one that all installs share. */
export interface ServerWish {
  readonly kind: ServerKind;
  readonly port?: number | undefined;
}
