import { z } from 'zod';
import { ServerKind } from '../contract/server.ts';
import type { Address } from '../sql/connect.ts';

/** What a container of ours was made from and where. */
export const DockerPart = z.object({
  /** As a person writes it: `postgres:17`. */
  image: z.string(),
  major: z.number().int(),
  /** The address of the engine: a server stays in the engine that it was made in. */
  engine: z.string(),
  container: z.string(),
  volume: z.string(),
  /** What it was made for: all installs that want such a server, one port, or one install. */
  purpose: z.enum(['shared', 'port', 'install']),
  /** False until its cluster has answered: what is there before that may be half of one (E10). */
  whole: z.boolean(),
});
export type DockerPart = z.infer<typeof DockerPart>;

/** A server as state.db remembers it. */
export const ServerRecord = z.object({
  name: z.string(),
  kind: ServerKind,
  port: z.number().int().min(1).max(65535),
  /** PostgreSQL's own version text, such as `18.4`. */
  version: z.string(),
  /** Where its cluster is on this machine; empty for one in a container. */
  folder: z.string(),
  docker: DockerPart.nullable().default(null),
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
  /** Where its data is, for messages about space. */
  readonly place: string;
  /** Bytes that are free there, null where nobody tells. */
  freeBytes(): Promise<number | null>;
  /** The superuser in the database `postgres`, where alone it works. */
  readonly admin: Address;
  /** Anybody else, anywhere. */
  address(user: string, password: string, database: string): Address;
}

/** What a server is wanted to be; without a port it is the one that all installs share. */
export interface ServerWish {
  readonly kind: ServerKind;
  readonly port?: number | undefined;
  /** The major version of PostgreSQL that it has to be. */
  readonly postgres?: number | undefined;
  /** The one that would fit best: a newer one will do where it is not to be had. */
  readonly preferred?: number | undefined;
  /** The image for a container, where it is not the one of the settings. */
  readonly image?: string | undefined;
  /** The install that it is for: it gets a server to itself where the settings say so. */
  readonly install?: string | undefined;
}
