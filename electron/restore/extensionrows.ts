import type { TableData } from '../archives/contents.ts';
import type { Skipped } from '../contract/report.ts';
import type { Session } from '../sql/connect.ts';

/**
 * The rows without those for tables of extensions, such as the settings that a dump keeps of one: these have the rows of
 * the server's own version. What is left out is added to `skipped`.
 */
export async function leaveExtensionRows(
  session: Session,
  data: readonly TableData[],
  skipped: Skipped[],
): Promise<TableData[]> {
  const { rows } = await session.query<{ schema: string; name: string; extension: string }>(
    `SELECT n.nspname AS schema, c.relname AS name, e.extname AS extension FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
     JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_catalog.pg_extension'::regclass
     WHERE c.relkind IN ('r', 'p')`,
  );
  return data.filter(({ schema, table }) => {
    const found = rows.find((row) => row.schema === schema && row.name === table);
    if (found === undefined) return true;
    const reason = `it belongs to the extension ${found.extension}, which brings its own`;
    skipped.push({ what: 'rows', name: `${found.schema}.${found.name}`, reason });
    return false;
  });
}
