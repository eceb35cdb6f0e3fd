import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Install } from '../../../electron/contract/install.ts';
import { formatCompose } from '../../../electron/installs/compose.ts';

const install = {
  name: 'acme',
  database: 'acme',
  user: 'acme',
  port: 28217,
  url: 'postgres://acme:s3cret@127.0.0.1:28217/acme',
} as Install;

describe('the snippet for Compose', () => {
  it('joins the network of the servers and names the container', () => {
    const read = parse(formatCompose(install, { host: 'rockpool-ab-docker-17', network: 'rockpool-ab' }));
    expect(read.services.app.environment.DATABASE_URL).toBe(
      'postgres://acme:s3cret@rockpool-ab-docker-17:5432/acme',
    );
    expect(read.services.app.networks).toEqual(['default', 'rockpool']);
    expect(read.networks.rockpool).toEqual({ name: 'rockpool-ab', external: true });
  });

  it('goes by the machine’s name for the embedded server, and says where that does not do', () => {
    const text = formatCompose(install, null);
    expect(parse(text).services.app.environment.DATABASE_URL).toContain('@host.docker.internal:28217/');
    expect(text).toContain('rockpool move acme --server docker');
  });
});
