/** Texts of the first steps, of dropping files, and of making room. */
export const texts = {
  title: 'Put safe production data on this machine',
  lead: 'A running PostgreSQL with a redacted dataset, back to clean whenever you want. Begin with one of these.',
  choices: {
    sample: {
      title: 'Try the sample',
      about: 'A made-up project tool with 17 tables. Needs no network and about ten seconds.',
    },
    s3: {
      title: 'Connect an S3 bucket',
      about: 'Datasets that an agent publishes, with all their revisions. Any S3-compatible store will do.',
    },
    filestore: {
      title: 'Connect an agent’s file store',
      about: 'The HTTP store beside an agent, often behind a port-forward.',
    },
  },
  install: 'Install the sample',
  sampleReady: 'It is installed as “demo”: browse it, change it, reset it.',
  or: 'Or drop a file or a folder on this window: a dump, an archive, CSV files.',
  chooseFile: 'Choose a file …',
  chooseFolder: 'Choose a folder …',
  drop: 'Drop to install',
  dropAbout:
    'One file or one folder: a dump, an archive, or the files of a dataset. Raw extracts are left out.',
  taking: (name: string) => `Taking in ${name}`,
  reading: 'Reading the folder',
  leftOut: (count: number) =>
    `${count} raw ${count === 1 ? 'file was' : 'files were'} left out: they may hold real personal data.`,
  onlyRaw: 'Only raw, unredacted files were dropped.',
  onlyRawHint: 'Nothing was taken in. Redacted files are called table-….csv.',
  nothing: 'Nothing readable was dropped.',
  nothingHint: 'Drop one file or one folder with files in it.',
  several: 'Several things were dropped at once.',
  severalHint: 'Drop one file, or one folder that holds them all.',
  prune: 'Prune the cache',
  canPrune: (size: string) => `The cache holds ${size} that no install needs.`,
  nothingToPrune: 'The cache holds nothing that could go.',
};
