import type { Crew } from './crew.ts';
import type { Meter } from './effort.ts';
import type { Plan } from './plan.ts';
import type { RestoreReport, RestoreRequest } from './request.ts';
import type { Room } from './room.ts';

/** What the steps of a restore share. */
export interface Filling {
  readonly crew: Crew;
  readonly plan: Plan;
  readonly report: RestoreReport;
  readonly meter: Meter;
  readonly room: Room;
  readonly request: RestoreRequest;
  /** Settings of the scripts that the server refused. */
  readonly refusedSettings: ReadonlySet<string>;
}
