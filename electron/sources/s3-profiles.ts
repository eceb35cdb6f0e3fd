import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileError } from '../state/files.ts';

/** What the AWS configuration says of one profile, keys in small letters. */
export type AwsProfile = Readonly<Record<string, string>>;

/** The AWS configuration files of this person, as far as Rockpool needs to tell what is wrong with them. */
export interface AwsConfig {
  readonly profiles: ReadonlyMap<string, AwsProfile>;
  /** Lines that are no section, no setting and no comment: the SDK skips them without a word. */
  readonly oddLines: readonly { readonly file: string; readonly line: number }[];
  /** Shown to people who look for what is missing. */
  readonly files: readonly string[];
}

/** How a profile gives credentials. */
export type ProfileKind =
  | 'keys'
  | 'role'
  | 'sso'
  | 'process'
  | 'web-identity'
  | 'login'
  | 'instance'
  | 'none';

/**
 * Reads the configuration and the credentials file, each where its variable says or under `~/.aws`; one that is not
 * there is empty. Throws `file_unreadable`.
 */
export async function readAwsConfig(environment: NodeJS.ProcessEnv = process.env): Promise<AwsConfig> {
  const folder = join(homedir(), '.aws');
  const config = environment.AWS_CONFIG_FILE || join(folder, 'config');
  const credentials = environment.AWS_SHARED_CREDENTIALS_FILE || join(folder, 'credentials');
  const profiles = new Map<string, Record<string, string>>();
  const oddLines: { file: string; line: number }[] = [];
  for (const file of [config, credentials]) {
    let section: Record<string, string> | null = null;
    const lines = (await readText(file)).split(/\r?\n/);
    for (const [index, line] of lines.entries()) {
      const text = line.trim();
      // A line that is set in belongs to the setting above it.
      if (text === '' || /^[#;]/.test(text) || (/^\s/.test(line) && section !== null)) continue;
      const head = /^\[([^\]]+)\]\s*([#;].*)?$/.exec(text)?.[1];
      if (head !== undefined) {
        const name = profileName(head, file === config);
        section = name === null ? {} : (profiles.get(name) ?? {});
        if (name !== null) profiles.set(name, section);
        continue;
      }
      const equals = text.indexOf('=');
      if (equals <= 0 || section === null) oddLines.push({ file, line: index + 1 });
      else section[text.slice(0, equals).trim().toLowerCase()] = text.slice(equals + 1).trim();
    }
  }
  return { profiles, oddLines, files: [config, credentials] };
}

/** Says how a profile gives credentials; the order is the SDK's own. */
export function kindOfProfile(profile: AwsProfile): ProfileKind {
  if (profile.role_arn !== undefined && profile.source_profile !== undefined) return 'role';
  if (profile.credential_source !== undefined) return 'instance';
  if (profile.aws_access_key_id !== undefined && profile.aws_secret_access_key !== undefined) return 'keys';
  if (profile.web_identity_token_file !== undefined) return 'web-identity';
  if (profile.credential_process !== undefined) return 'process';
  if (Object.keys(profile).some((key) => key.startsWith('sso_'))) return 'sso';
  return profile.login_session === undefined ? 'none' : 'login';
}

/** In the configuration file all profiles but `default` are headed `[profile NAME]`; other sections are none. */
function profileName(head: string, isConfig: boolean): string | null {
  const text = head.trim();
  if (!isConfig || text === 'default') return text.replace(/^profile\s+/, '');
  const said = /^profile\s+/.exec(text)?.[0];
  if (said === undefined) return null;
  const name = text.slice(said.length);
  const quote = name.charAt(0);
  const isQuoted = name.length > 2 && (quote === '"' || quote === "'") && name.endsWith(quote);
  return isQuoted ? name.slice(1, -1) : name;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw fileError(error, file, 'read');
  }
}
