import { commonExtensions, imageWith } from '../servers/extensions.ts';

/** Whether a dataset may have an extension, and which docker image has it where PostgreSQL's own has not. */
export function findExtension(name: string, major: number): { allowed: boolean; image: string | null } {
  const image = imageWith(name, major);
  return { allowed: image !== null || commonExtensions.has(name), image };
}
