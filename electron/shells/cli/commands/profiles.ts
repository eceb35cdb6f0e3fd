import { type Command, InvalidArgumentError } from 'commander';
import type { App } from '../../../app.ts';
import type { Profile } from '../../../contract/demo.ts';
import { RockpoolError } from '../../../contract/errors.ts';
import { formatTable, plural, printable } from '../output.ts';
import { runAction } from '../run.ts';
import { readPair } from '../words.ts';

interface Json {
  readonly json?: boolean;
}

/** profile NAME save|list|delete|undelete|duplicate|export|import. */
export function addProfileCommands(program: Command): void {
  program
    .command('profile <name> <action> [words...]')
    .description('named values for the demo statements of an install, one a prospect')
    .usage(
      'NAME save P key=value … | list | delete P | undelete P | duplicate P Q | export FILE [P] | import FILE',
    )
    .addHelpText(
      'after',
      '\nFILE is CSV where it ends in .csv, else JSON. A saved profile takes the place of one of that name.\n\nExamples:\n  rockpool profile acme save globex company_name=Globex logo=https://globex.example/logo.svg\n  rockpool reset acme --profile globex',
    )
    .action((name: string, action: string, words: string[], flags: Json) =>
      runAction(flags.json === true, {
        act: (app): Promise<unknown> => actOn(app, name, action, words),
        format: (result) => format(name, result as Result),
      }),
    );
}

interface Result {
  readonly profiles?: Profile[];
  readonly profile?: Profile;
  readonly exported?: { file: string; profiles: string[] };
  readonly deleted?: boolean;
  readonly undeleted?: boolean;
}

async function actOn(app: App, name: string, action: string, words: readonly string[]): Promise<Result> {
  const [first, second] = words;
  switch (action) {
    case 'list':
      return { profiles: app.listProfiles(name) };
    case 'save':
      return {
        profile: await app.saveProfile(name, word(first, 'save P key=value …'), pairsOf(words.slice(1))),
      };
    case 'delete':
      return { profile: app.deleteProfile(name, word(first, 'delete P')), deleted: true };
    case 'undelete':
      return { profile: app.undeleteProfile(name, word(first, 'undelete P')), undeleted: true };
    case 'duplicate':
      return {
        profile: app.duplicateProfile(name, word(first, 'duplicate P Q'), word(second, 'duplicate P Q')),
      };
    case 'export':
      return { exported: await app.exportProfiles(name, second ?? null, word(first, 'export FILE [P]')) };
    case 'import':
      return { profiles: await app.importProfiles(name, word(first, 'import FILE')) };
    default:
      throw new RockpoolError('usage', `${JSON.stringify(action)} is nothing that profile can do.`, {
        hint: 'save P key=value …, list, delete P, undelete P, duplicate P Q, export FILE [P] or import FILE.',
      });
  }
}

function word(text: string | undefined, usage: string): string {
  if (text !== undefined) return text;
  throw new RockpoolError('usage', 'A word is missing.', { hint: `rockpool profile NAME ${usage}` });
}

function pairsOf(words: readonly string[]): Record<string, string> {
  try {
    return { ...words.reduce((pairs, text) => readPair(text, pairs), {} as Record<string, string>) };
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new RockpoolError('usage', error.message, { hint: 'rockpool profile NAME save P key=value …' });
  }
}

function format(name: string, { profiles, profile, exported, deleted, undeleted }: Result): string {
  if (exported !== undefined)
    return `${plural(exported.profiles.length, 'profile')} written to ${exported.file}`;
  if (profile !== undefined) {
    if (undeleted === true) return `${profile.name} is back as it was.`;
    return deleted === true
      ? `${profile.name} is deleted. For a while it can be had back: rockpool profile ${name} undelete ${JSON.stringify(profile.name)}`
      : `${profile.name} is saved with ${plural(Object.keys(profile.values).length, 'value')}. Apply it: rockpool reset ${name} --profile ${JSON.stringify(profile.name)}`;
  }
  if (profiles === undefined || profiles.length === 0) {
    return `${name} has no profiles. Save one: rockpool profile ${name} save P key=value …`;
  }
  const rows = profiles.map((each) => [
    each.on ? '●' : '',
    each.name,
    printable(
      Object.entries(each.values)
        .map(([key, value]) => `${key}=${value.slice(0, 40)}`)
        .join(' '),
    ),
  ]);
  return formatTable(['on', 'profile', 'values'], rows);
}
