import type { AdminSession } from './databases.ts';
import { sqlState, translateError } from './errors.ts';
import { quoteLiteral, quoteName } from './quote.ts';
import { endRoleSessions } from './roles.ts';

/** What is laid at a role or a database: a name and its value, which for a list has several texts. */
export type Setting = readonly [name: string, value: string | readonly string[]];

/** What the server has for roles and a database, which a session of the dataset's code may have changed. */
export interface Laid {
  /** Settings of one of the roles, or at the database; null stands for all roles or all databases. */
  readonly settings: readonly { readonly role: string | null; readonly database: string | null }[];
  /** Memberships that one of the roles has, or that are in one of them. */
  readonly members: readonly { readonly role: string; readonly member: string }[];
  /** Which of the roles there are. */
  readonly roles: readonly string[];
  /** True where the server can keep a role from entering views. */
  readonly restricts: boolean;
}

const attempts = 4;
const numberOfIt = 'SELECT pg_catalog.pg_current_xact_id()::pg_catalog.xid AS xid';

/**
 * Runs the statements that `plan` makes of what the server has for these roles and this database, all in one transaction,
 * whose number it returns. A session that holds one of the rows in a transaction of its own is ended: code of a dataset
 * could wait for ever so.
 */
export async function layAnew(
  admin: AdminSession,
  { what, roles, database = null }: { what: string; roles: readonly string[]; database?: string | null },
  plan: (laid: Laid) => readonly string[],
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const statements = plan(await readLaid(admin, roles, database));
      const all = ["SET LOCAL lock_timeout = '2s'", ...statements, numberOfIt];
      // One text is one transaction.
      const { rows } = await admin.script(all.join(';\n'));
      return String((rows[0] as { xid?: string } | undefined)?.xid ?? '');
    } catch (error) {
      const isHeld = isHeldUp(error);
      if (attempt === attempts || !(isHeld || isOutOfDate(error))) throw translateError(error, { what });
      if (isHeld) for (const role of roles) await endRoleSessions(admin, role);
    }
  }
}

/** True where another session has changed the same rows, or is about to. */
export function isHeldUp(error: unknown): boolean {
  const state = sqlState(error) ?? '';
  return (
    ['55P03', '40P01'].includes(state) || (state === 'XX000' && /tuple concurrently/.test(String(error)))
  );
}

// What was read is no longer so: a role was made, a database dropped or renamed.
function isOutOfDate(error: unknown): boolean {
  return ['42710', '23505', '3D000', '42704'].includes(sqlState(error) ?? '');
}

async function readLaid(
  admin: AdminSession,
  roles: readonly string[],
  database: string | null,
): Promise<Laid> {
  const { rows } = await admin.query<{ laid: string }>(
    `SELECT pg_catalog.json_build_object(
       'settings', (SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('role', r.rolname, 'database', d.datname)), '[]')
          FROM pg_catalog.pg_db_role_setting s LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
          LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
          WHERE r.rolname = ANY ($1) OR d.datname = $2),
       'members', (SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('role', r.rolname, 'member', m.rolname)), '[]')
          FROM pg_catalog.pg_auth_members a JOIN pg_catalog.pg_roles r ON r.oid = a.roleid
          JOIN pg_catalog.pg_roles m ON m.oid = a.member WHERE r.rolname = ANY ($1) OR m.rolname = ANY ($1)),
       'roles', (SELECT coalesce(pg_catalog.json_agg(rolname), '[]') FROM pg_catalog.pg_roles WHERE rolname = ANY ($1)),
       'restricts', pg_catalog.current_setting('restrict_nonsystem_relation_kind', true) IS NOT NULL)::text AS laid`,
    [roles, database],
  );
  return JSON.parse(rows[0]?.laid ?? '{}') as Laid;
}

/** Statements that take back every setting of these roles, for all databases and for single ones, and of this database. */
export function resetStatements(laid: Laid, roles: readonly string[], database: string | null): string[] {
  return laid.settings
    .filter(
      (row) =>
        (row.role !== null && roles.includes(row.role)) ||
        (row.database !== null && row.database === database),
    )
    .map((row) => {
      const at = row.database === null ? '' : quoteName(row.database);
      if (row.role === null) return `ALTER DATABASE ${at} RESET ALL`;
      return `ALTER ROLE ${quoteName(row.role)}${at === '' ? '' : ` IN DATABASE ${at}`} RESET ALL`;
    });
}

/** A statement a setting; `place` is as `ROLE x` or `DATABASE x`. */
export function settingStatements(place: string, settings: readonly Setting[]): string[] {
  return settings.map(([name, value]) => {
    const values = (typeof value === 'string' ? [value] : value).map(quoteLiteral);
    return `ALTER ${place} SET ${quoteName(name)} = ${values.length === 0 ? "''" : values.join(', ')}`;
  });
}
