import type { Plan, PlannedStatement } from './plan.ts';

// A statement is the same object from the plan to the server, so that is where it is told whether it has had its turn.
const accounted = new WeakSet<PlannedStatement>();

/** Notes that a statement was run, stands in the report, or is there already by another one. */
export function accountFor(planned: PlannedStatement): void {
  accounted.add(planned);
}

/**
 * Throws where a statement of a plan was neither run nor reported: a database is not handed on that lacks something
 * without a word.
 */
export function requireAllAccounted({ statements }: Plan): void {
  const lost = Object.values(statements).flatMap((phase) => phase.filter((one) => !accounted.has(one)));
  const [first] = lost;
  if (first === undefined) return;
  const { file, line } = first.statement;
  throw new Error(
    `${lost.length} statements were read and neither run nor reported, the first in line ${line} of ${file}`,
  );
}
