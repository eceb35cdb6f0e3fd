import { needsImage } from './engine.ts';

/**
 * The kind of server that tests of installs run on: the embedded one, or a container with PostgreSQL 17 in the project
 * `docker`, which runs the same files with ROCKPOOL_TEST_SERVER=docker.
 */
export interface TestServer {
  /** What the shared server is called. */
  readonly name: string;
  /** Words to add to `install` and `move`. */
  readonly words: readonly string[];
  /** True where the shared server goes with its last install. */
  readonly goesWhenIdle: boolean;
}

const isDocker = process.env.ROCKPOOL_TEST_SERVER === 'docker';

export const testServer: TestServer = isDocker
  ? { name: 'docker_17', words: ['--server', 'docker', '--postgres', '17'], goesWhenIdle: true }
  : { name: 'embedded', words: ['--server', 'embedded'], goesWhenIdle: false };

/** Options for what runs on that server. */
export const onTestServer = isDocker ? needsImage('postgres:17') : {};

/** The words of a command, with where to where it takes that and does not say so. */
export function withServer(words: readonly string[]): string[] {
  const [first = ''] = words;
  if (!isDocker || !['install', 'move'].includes(first) || words.includes('--server')) return [...words];
  return [...words, ...testServer.words];
}
