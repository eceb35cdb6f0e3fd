import type { Random } from '../random.ts';

/** What a project is about. */
export type ProjectKind = keyof typeof PROJECTS;

/** Names for projects of each kind, and the things there is work to do on. */
export const PROJECTS = {
  website: {
    names: [
      'Website relaunch',
      'Online shop',
      'Booking page',
      'Customer portal',
      'Career site',
      'Site in three languages',
      'Landing pages',
    ],
    things: `the landing page|the menu on small screens|the "Contact sales" form|the cookie notice|the search results page|image
      sizes|the pricing page|redirects from the old site|the blog template|alt texts|the checkout, step 2|page titles|the
      404 page|font loading|the newsletter form|keyboard access to the menu|the product gallery|the footer|the sign-up
      flow|the sitemap`,
  },
  building: {
    names: [
      'Office fit-out',
      'Warehouse extension',
      'Roof renewal',
      'Boathouse conversion',
      'School canteen',
      'Courtyard redesign',
      'Timber pavilion',
      'Ferry terminal, waiting hall',
    ],
    things: `the floor plan for level 2|the fire escape route|window schedule, "north" side|the tender for drywall|the acoustic
      report|the scaffold dates|samples of the façade tiles|the lighting plan|the permit file|the snag list|the delivery of
      beams|the stair detail, 1:20|the energy certificate|drain positions|the handover folder|the kitchen layout|the site
      fence|the cost plan|the heating quote|door hardware`,
  },
  campaign: {
    names: [
      'Spring campaign',
      'Autumn campaign',
      'Product launch',
      'Brand refresh',
      'Newsletter series',
      'Image film',
      'Anniversary year',
    ],
    things: `the mood board|the claim, variants A to D|the media plan|the shooting schedule|the poster, A1|the subtitle
      file|captions for social media|the press text|the mailing list rules|the brand guide|the colour proofs|the audio
      mix|the budget split|the photo selection|the "behind the scenes" cut|the radio spot, 20 seconds|the print run|the
      landing page copy|the survey|the partner logos`,
  },
  event: {
    names: [
      'Summer festival',
      'Trade fair stand',
      'Open day',
      'Partner conference',
      'Workshop series',
      'Harbour market',
    ],
    things: `the stage plan|the volunteer rota|the catering order|the power supply, hall B|name badges|the rain plan|the sound
      check times|the booking of the hall|the safety briefing|the seating chart|sign posts|the insurance papers|the
      programme leaflet|first aid cover|the waste concept|the streaming setup|the thank-you notes|the "early bird" prices|the
      shuttle timetable|the storage container`,
  },
  operations: {
    names: [
      'Warehouse move',
      'Quarterly audit',
      'Fleet renewal',
      'New phone system',
      'Stocktaking',
      'Onboarding handbook',
      'Energy saving plan',
    ],
    things: `the supplier list|the shelf labels|the checklist for new starters|the forklift inspection|the return process|the
      meter readings|the lease of the van|the key register|the backup test|the "lost and found" rule|the shift plan|the
      inventory count, aisle 4|the data retention table|the cleaning contract|the printer fleet|the first-aid kits|the
      travel policy|packaging sizes|the route to the depot|the meeting room screens`,
  },
  product: {
    names: [
      'Mobile app, phase 2',
      'Sensor gateway',
      'Data migration',
      'Reporting module',
      'Public API',
      'Field test',
      'Offline mode',
    ],
    things: `the import of old orders|the "save and close" button|the rate limit|the error page|the battery test|the export to
      CSV|time zones in reports|the calibration sheet|the upgrade guide|the release notes|the dark theme|the audit
      log|the search index|the pairing screen|log rotation|the sample data|the permission matrix|the crash on start|the
      undo of bulk edits|the empty states`,
  },
} as const satisfies Record<string, { names: readonly string[]; things: string }>;

const VERBS = [
  'Draft',
  'Review',
  'Update',
  'Finish',
  'Check',
  'Discuss',
  'Prepare',
  'Approve',
  'Rework',
  'Document',
];
const TAILS = [
  ', second round',
  ' (draft)',
  ' for the pilot',
  ' with the client',
  ', final',
  ' — urgent',
  ' again',
];
const ERRANDS = [
  'Kick-off meeting',
  'Send the offer',
  'Collect open questions',
  'Plan the next sprint',
  'Book the train to the client',
  'Answer the client’s list, points 1–14',
  'Clean up the shared folder',
  'Estimate remaining work',
  'Lessons learned',
  'Invoice the first part',
];

/** The things there is work to do on in projects of a kind. */
export function thingsOf(kind: ProjectKind): string[] {
  return PROJECTS[kind].things.split('|').map((thing) => thing.trim().replace(/\s+/g, ' '));
}

/** A title for a task of a project of `kind`, and the thing it is about. */
export function titleTask(random: Random, kind: ProjectKind): { title: string; thing: string } {
  const thing = random.pick(thingsOf(kind));
  if (random.chance(0.12)) return { title: random.pick(ERRANDS), thing };
  return { title: `${random.pick(VERBS)} ${thing}${random.chance(0.22) ? random.pick(TAILS) : ''}`, thing };
}

/** What the description of a project says; empty for many. */
export function describeProject(random: Random, kind: ProjectKind): string {
  if (random.chance(0.35)) return '';
  const [first, second, third] = random.sample(thingsOf(kind), 3);
  return random.pick([
    `Scope: ${first}, ${second}, ${third}.\nNot in scope: whatever the client calls "just a small thing".`,
    `Goal: ${first} and ${second} done before the holidays.`,
    `Fixed price.\n\n- ${first}\n- ${second}\n- ${third}\n\nExtra rounds are billed by the hour.`,
    `Follow-up of last year’s project; starts with ${first}.`,
  ]);
}

/** What stands in the description of a task about `thing`; empty for most. */
export function describeTask(random: Random, thing: string): string {
  if (random.chance(0.69)) return '';
  return random.pick([
    `Everything about ${thing} in one place, please.`,
    `See the minutes: "${thing} before anything else".`,
    `1. Look at ${thing}\n2. List what is missing\n3. Ask, then fix`,
    `The client wrote:\n> Is ${thing} part of the offer, or extra?\n\nIt is part of it.`,
    `Depends on the supplier, ${random.int(2, 6)} weeks at best.`,
    `Small: ${random.int(1, 4)} hours, no more.`,
    `Needs a second pair of eyes (typos, units, dates).`,
    `Done when\n- ${thing}: agreed\n- cost: under ${random.int(2, 90) * 50}\n- nobody says "almost"`,
  ]);
}
