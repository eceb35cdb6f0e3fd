import type { Install } from '../contract/install.ts';

/** How another container reaches a server in a container: by name, in a network that both are in. */
export interface Inside {
  readonly host: string;
  readonly network: string;
}

/** What to add to a compose.yaml for an app in a container to reach an install. Holds the password. */
export function formatCompose(install: Install, inside: Inside | null): string {
  const { user, database, name } = install;
  const password = new URL(install.url).password;
  if (inside === null) {
    return [
      `# ${name} is on the embedded server, which listens on 127.0.0.1 alone. Docker Desktop, OrbStack and Colima let`,
      '# containers in there by this name; on Linux move it into a container:',
      `#   rockpool move ${name} --server docker`,
      'services:',
      '  app:',
      '    environment:',
      `      DATABASE_URL: postgres://${user}:${password}@host.docker.internal:${install.port}/${database}`,
      '    extra_hosts:',
      '      - host.docker.internal:host-gateway',
    ].join('\n');
  }
  return [
    `# ${name} from inside of a container; from this machine it is 127.0.0.1:${install.port}.`,
    'services:',
    '  app:',
    '    environment:',
    `      DATABASE_URL: postgres://${user}:${password}@${inside.host}:5432/${database}`,
    '    networks: [default, rockpool]',
    'networks:',
    '  rockpool:',
    `    name: ${inside.network}`,
    '    external: true',
  ].join('\n');
}
