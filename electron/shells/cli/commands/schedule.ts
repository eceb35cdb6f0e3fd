import { type Command, Option } from 'commander';
import type { App } from '../../../app.ts';
import { RockpoolError } from '../../../contract/errors.ts';
import type { ListedSchedule, ScheduleAction, ScheduleList } from '../../../contract/schedule.ts';
import { formatTable } from '../output.ts';
import { runAction } from '../run.ts';

interface Flags {
  readonly json?: boolean;
  readonly zone?: string;
  readonly missed?: 'run' | 'skip';
}

/** schedule NAME WHEN reset|update, schedule list, schedule remove ID. */
export function addScheduleCommands(program: Command): void {
  program
    .command('schedule <words...>')
    .description('reset or update an install by the clock, in UTC')
    .usage('NAME "CRON" reset|update | list | remove ID')
    .option('--zone <zone>', 'read the times in this zone, such as Europe/Berlin, instead of UTC')
    .addOption(
      new Option('--missed <what>', 'what to do about times that the machine slept through')
        .choices(['run', 'skip'])
        .default('run'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  rockpool schedule acme "0 7 * * 1-5" reset         workdays at 7:00 UTC\n  rockpool schedule acme 2026-11-30T08:55Z reset      once\n  rockpool schedule list\n\nA worker in the background does what is scheduled; after a restart of the machine any command starts it again.',
    )
    .action((words: string[], flags: Flags) => {
      const json = flags.json === true;
      const [first, second] = words;
      if (first === 'list' && words.length === 1) {
        return runAction(json, { act: (app) => app.listSchedules(), format: formatList });
      }
      if (first === 'remove' && words.length === 2) {
        return runAction(json, {
          act: async (app) => ({ schedule: app.removeSchedule(second ?? '') }),
          format: ({ schedule }) =>
            `${schedule.id} is removed: ${schedule.action} ${schedule.install} ${whenOf(schedule)}.`,
        });
      }
      return runAction(json, {
        act: async (app) => ({ schedule: await add(app, words, flags) }),
        format: formatAdded,
      });
    });
}

function add(app: App, words: readonly string[], { zone, missed }: Flags): Promise<ListedSchedule> {
  const [install, when, action] = words;
  if (words.length !== 3 || install === undefined || when === undefined || !isAction(action)) {
    throw new RockpoolError('usage', 'That is no schedule.', {
      hint: 'rockpool schedule NAME "CRON" reset|update, rockpool schedule list, or rockpool schedule remove ID. A crontab expression stands in quotes.',
    });
  }
  return app.addSchedule({
    install,
    when,
    action,
    ...(zone === undefined ? {} : { zone }),
    ...(missed === undefined ? {} : { missed }),
  });
}

function isAction(word: string | undefined): word is ScheduleAction {
  return word === 'reset' || word === 'update';
}

function whenOf({ cron, once, zone }: ListedSchedule): string {
  return cron === null ? `at ${once}` : `${cron} ${zone}`;
}

function formatAdded({ schedule }: { schedule: ListedSchedule }): string {
  const next = schedule.next.map(({ at, local }) => `  ${at}   ${local}`);
  return [`${schedule.id}: ${schedule.action} ${schedule.install} ${whenOf(schedule)}. Next:`, ...next].join(
    '\n',
  );
}

function formatList({ schedules, runner, zone }: ScheduleList): string {
  if (schedules.length === 0) return 'Nothing is scheduled. Try: rockpool schedule NAME "0 7 * * 1-5" reset';
  const rows = schedules.map((each) => [
    each.id,
    each.install,
    each.action,
    whenOf(each),
    each.next[0]?.at ?? '–',
    each.next[0]?.local ?? '',
    each.last === null ? 'never' : `${each.last.outcome} ${each.last.at}`,
  ]);
  const table = formatTable(['id', 'install', 'action', 'when', 'next', zone, 'last'], rows);
  return `${table}\n${runner === null ? 'No process does them at this moment.' : `Process ${runner.pid} does them.`}`;
}
