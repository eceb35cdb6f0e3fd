/** One line of postgresql.conf and why it is there. */
export interface Setting {
  readonly name: string;
  readonly value: string | number;
  readonly reason: string;
}

const gibibyte = 1024 ** 3;

/**
 * The settings of a server of ours. They are written anew at each start, so that a newer Rockpool brings its own
 * to old clusters. `freeBytes` is what the file system of the cluster had free.
 */
export function serverSettings({
  name,
  port,
  freeBytes,
  sharedMemoryBytes,
}: {
  name: string;
  port: number;
  freeBytes: number;
  /** The size of /dev/shm; null where the platform has none. */
  sharedMemoryBytes: number | null;
}): Setting[] {
  const temporaryGiB = Math.min(64, Math.max(1, Math.floor(freeBytes / 2 / gibibyte)));
  return [
    ...reach(name, port),
    ...limits(temporaryGiB, sharedMemoryBytes),
    ...durability,
    ...extensions,
    ...logging,
    ...behaviour,
  ];
}

const reach = (name: string, port: number): Setting[] => [
  { name: 'listen_addresses', value: '127.0.0.1', reason: 'nobody on the network' },
  { name: 'port', value: port, reason: 'chosen once and remembered' },
  { name: 'unix_socket_directories', value: '', reason: 'no socket in a folder that others share' },
  { name: 'ssl', value: 'off', reason: 'nothing leaves the machine' },
  { name: 'password_encryption', value: 'scram-sha-256', reason: 'the only method that pg_hba.conf takes' },
  { name: 'max_connections', value: 150, reason: 'several applications with pools at once' },
  { name: 'cluster_name', value: `rockpool ${name}`, reason: 'says in a list of processes what it is' },
];

const limits = (temporaryGiB: number, sharedMemoryBytes: number | null): Setting[] => [
  { name: 'shared_buffers', value: '128MB', reason: 'modest on a laptop' },
  {
    name: 'max_locks_per_transaction',
    value: 1024,
    reason: 'REASSIGN OWNED takes a lock an object; 64 failed at 4,000 tables',
  },
  {
    name: 'temp_file_limit',
    value: `${temporaryGiB}GB`,
    reason: 'half of what was free: a query that never ends cannot fill the disk (C13)',
  },
  // Containers get 64 MB there, in which a parallel query of a middling table fails.
  ...(sharedMemoryBytes !== null && sharedMemoryBytes < gibibyte / 4
    ? [{ name: 'dynamic_shared_memory_type', value: 'mmap', reason: '/dev/shm is too small here' }]
    : []),
];

const durability: Setting[] = [
  { name: 'fsync', value: 'on', reason: 'a crash of the machine loses nothing' },
  { name: 'full_page_writes', value: 'on', reason: 'the same, and measured to cost nothing here' },
  { name: 'wal_level', value: 'minimal', reason: 'loads into new tables then write no WAL' },
  { name: 'max_wal_senders', value: 0, reason: 'wanted by wal_level=minimal; nobody replicates' },
  { name: 'max_replication_slots', value: 0, reason: 'nobody replicates' },
  { name: 'max_logical_replication_workers', value: 0, reason: 'a dump can subscribe to nothing' },
  { name: 'max_prepared_transactions', value: 0, reason: 'a prepared transaction would block a swap (E17)' },
  { name: 'max_wal_size', value: '4GB', reason: 'few checkpoints while loading' },
];

const extensions: Setting[] = [
  { name: 'shared_preload_libraries', value: '', reason: 'no code but PostgreSQL’s own' },
  { name: 'session_preload_libraries', value: '', reason: 'no code but PostgreSQL’s own' },
  { name: 'local_preload_libraries', value: '', reason: 'no code but PostgreSQL’s own' },
  { name: 'allow_alter_system', value: 'off', reason: 'settings come from this file alone' },
];

// The log must hold neither statements nor values of rows (F5). Messages of failed statements quote values
// ("invalid input syntax for type integer: …"), so they stay out of it: whoever sent the statement gets them.
const logging: Setting[] = [
  { name: 'logging_collector', value: 'off', reason: 'Rockpool gives the server its log file' },
  { name: 'log_destination', value: 'stderr', reason: 'the same' },
  { name: 'log_min_messages', value: 'log', reason: 'failed statements quote values of rows' },
  { name: 'log_min_error_statement', value: 'panic', reason: 'no statements' },
  { name: 'log_error_verbosity', value: 'terse', reason: 'DETAIL and CONTEXT quote rows' },
  { name: 'log_statement', value: 'none', reason: 'no statements' },
  { name: 'log_min_duration_statement', value: -1, reason: 'no statements' },
  { name: 'log_parameter_max_length', value: 0, reason: 'no bound values' },
  { name: 'log_parameter_max_length_on_error', value: 0, reason: 'no bound values' },
  { name: 'log_checkpoints', value: 'off', reason: 'people read this log to find what failed' },
  { name: 'log_line_prefix', value: '%m [%p] %q%u@%d ', reason: 'when, who and where' },
  { name: 'log_timezone', value: 'UTC', reason: 'as all times of Rockpool' },
];

const behaviour: Setting[] = [
  { name: 'timezone', value: 'UTC', reason: 'the same rows read the same on every machine of a team' },
  { name: 'datestyle', value: 'iso, mdy', reason: 'what initdb sets for most places' },
  { name: 'lc_messages', value: 'C', reason: 'messages are told apart by their English text' },
  { name: 'lc_monetary', value: 'C', reason: 'the same on every machine' },
  { name: 'lc_numeric', value: 'C', reason: 'the same on every machine' },
  { name: 'lc_time', value: 'C', reason: 'the same on every machine' },
  {
    name: 'default_text_search_config',
    value: 'pg_catalog.english',
    reason: 'what initdb sets for most places',
  },
  { name: 'autovacuum', value: 'on', reason: 'a database that people work in' },
];

/** The text of postgresql.conf. */
export function writeSettings(settings: readonly Setting[]): string {
  const lines = settings.map(({ name, value, reason }) => {
    const text = typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
    return `${name} = ${text}  # ${reason}`;
  });
  return `# Written by Rockpool at each start: changes made here are lost.\n${lines.join('\n')}\n`;
}

/** The text of pg_hba.conf: passwords only, over loopback only. */
export const accessRules = `# Written by Rockpool at each start: changes made here are lost.
host all all 127.0.0.1/32 scram-sha-256
`;
