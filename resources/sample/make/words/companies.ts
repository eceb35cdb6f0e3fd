import type { Random } from '../random.ts';
import type { ProjectKind } from './projects.ts';

/** What the customers of the sample do for a living. */
export type Industry = keyof typeof INDUSTRIES;

/** What a company of an industry is called after its first name, and which projects it runs. */
export const INDUSTRIES = {
  architecture: {
    trades: ['Architects', 'Architecture', 'Landscape Studio', 'Planning Office'],
    projects: ['building', 'building', 'operations', 'website'],
  },
  agency: {
    trades: ['Studio', 'Creative', 'Design', 'Brand Works', 'Media'],
    projects: ['website', 'campaign', 'campaign', 'event'],
  },
  software: {
    trades: ['Software', 'Systems', 'Labs', 'Digital'],
    projects: ['product', 'product', 'website', 'operations'],
  },
  construction: {
    trades: ['Builders', 'Construction', 'Joinery', 'Roofing'],
    projects: ['building', 'building', 'operations'],
  },
  events: { trades: ['Events', 'Stages', 'Festivals'], projects: ['event', 'event', 'campaign'] },
  logistics: {
    trades: ['Logistics', 'Freight', 'Cold Chain', 'Couriers'],
    projects: ['operations', 'operations', 'building', 'product'],
  },
  education: {
    trades: ['Academy', 'Learning', 'Language School'],
    projects: ['website', 'event', 'operations', 'campaign'],
  },
  retail: {
    trades: ['Outfitters', 'Provisions', 'Cycles', 'Homeware'],
    projects: ['campaign', 'website', 'operations'],
  },
  research: {
    trades: ['Research', 'Analytics', 'Instruments', 'Field Studies'],
    projects: ['product', 'operations', 'event'],
  },
} as const satisfies Record<string, { trades: readonly string[]; projects: readonly ProjectKind[] }>;

// Stones, weather, birds and boats, and none that is also the name of a person
const FIRST =
  `Basalt Beacon Birchwood Bramble Breakwater Cinder Cobalt Copper Cove Delta Driftwood Dune Estuary Fathom
  Fjord Foghorn Granite Gravel Halyard Harbour Headland Isthmus Keelson Kelp Kestrel Lagoon Lantern Larchwood Lichen
  Lighthouse Limestone Lodestone Lumen Mangrove Marram Meadow Mica Millrace Moraine Narrows Nettle Nimbus Northquay
  Oakum Obsidian Ochre Osprey Otter Oystercatcher Paddock Pebble Petrel Pinewood Plover Quarry Quartz Quayside
  Ridgeway Rigging Sandstone Seawall Sedge Shoal Skerry Slate Slipway Spindrift Spruce Summit Tern Thicket Thistle
  Tidemark Timber Towpath Turnstone Umber Undertow Verdant Watermark Weir Windlass Yardarm Yarrow Zephyr`.split(
    /\s+/,
  );

// Names that a form, a sort order or a file name has to get right
const UNUSUAL: readonly (readonly [name: string, slug: string, industry: Industry])[] = [
  ['Café Brise-Lames', 'cafe-brise-lames', 'retail'],
  ['Ærø Tovværk', 'aero-tovvaerk', 'retail'],
  ['Größe Drei Architekten', 'groesse-drei-architekten', 'architecture'],
  ['Gasthaus “Am Deich”', 'gasthaus-am-deich', 'events'],
  ['Žulový Lom, s.r.o.', 'zulovy-lom', 'construction'],
  ['Estúdio Maré Cheia', 'estudio-mare-cheia', 'agency'],
  ['北の灯台デザイン', 'kita-no-todai', 'agency'],
  ['Łódź & Żagiel', 'lodz-i-zagiel', 'logistics'],
  ['Söder om Bryggan AB', 'soder-om-bryggan', 'education'],
  ['"Nothing Fancy" Joinery', 'nothing-fancy-joinery', 'construction'],
  ['Bolt, Nut & Washer', 'bolt-nut-washer', 'retail'],
  ["L'Atelier des Marées", 'atelier-des-marees', 'architecture'],
];

/** A company's name, the slug made of it, and its industry. */
export type CompanyName = { name: string; slug: string; industry: Industry };

/** Names `count` companies, no two of them alike. */
export function nameCompanies(random: Random, count: number): CompanyName[] {
  const industries = Object.keys(INDUSTRIES) as Industry[];
  const taken = new Map<string, CompanyName>();
  while (taken.size < count - UNUSUAL.length) {
    const industry = random.pick(industries);
    const trade = random.pick(INDUSTRIES[industry].trades);
    const [first, second] = random.sample(FIRST, 2);
    const name = random.chance(0.2) ? `${first} & ${second}` : `${first} ${trade}`;
    const slug = name.toLowerCase().replace(/[^a-z]+/g, '-');
    taken.set(slug, taken.get(slug) ?? { name, slug, industry });
  }
  const names = [...taken.values()];
  for (const [name, slug, industry] of UNUSUAL) {
    names.splice(random.int(0, names.length), 0, { name, slug, industry });
  }
  return names;
}

/** What a team is called. */
export const TEAMS = [
  'Delivery',
  'Design',
  'Office',
  'Operations',
  'Marketing',
  'Finance',
  'Research',
  'Field crew',
];

/** What people are hired as; empty where nobody filled the field in. */
export const JOB_TITLES = [
  '',
  'Project manager',
  'Designer',
  'Developer',
  'Site manager',
  'Account manager',
  'Office manager',
  'Copywriter',
  'Producer',
  'Engineer',
  'Bookkeeper',
  'Head of delivery',
  'Trainee',
  'Freelancer',
];
