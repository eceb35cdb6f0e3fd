import type { Install, UrlFormat } from '../contract/install.ts';
import { formatCompose, type Inside } from './compose.ts';

/**
 * Writes the connection of an install as the given kind of program wants it. Holds the password. `inside` is how
 * containers reach its server, null where it is in none.
 */
export function formatUrl(install: Install, format: UrlFormat, inside: Inside | null = null): string {
  const { host, port, user, database, url } = install;
  const password = new URL(url).password;
  switch (format) {
    case 'url':
      return url;
    case 'env':
      return `DATABASE_URL=${url}`;
    case 'psql':
      return `psql '${url}'`;
    case 'jdbc':
      return `jdbc:postgresql://${host}:${port}/${database}?user=${user}&password=${password}`;
    case 'prisma':
      return `DATABASE_URL="${url.replace('postgres://', 'postgresql://')}?schema=public"`;
    case 'django':
      return [
        'DATABASES = {',
        "    'default': {",
        "        'ENGINE': 'django.db.backends.postgresql',",
        `        'NAME': '${database}',`,
        `        'USER': '${user}',`,
        `        'PASSWORD': '${password}',`,
        `        'HOST': '${host}',`,
        `        'PORT': '${port}',`,
        '    }',
        '}',
      ].join('\n');
    case 'compose':
      return formatCompose(install, inside);
    case 'rails':
      return [
        'development:',
        '  adapter: postgresql',
        `  database: ${database}`,
        `  username: ${user}`,
        `  password: ${password}`,
        `  host: ${host}`,
        `  port: ${port}`,
      ].join('\n');
  }
}
