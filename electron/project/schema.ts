import { z } from 'zod';
import { ProjectFile } from '../contract/project.ts';

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
}

/** The JSON schema of the project file, by which editors complete and check it. */
export function projectSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(ProjectFile, { io: 'input', target: 'draft-7' });
  return { ...schema, title: 'rockpool.yml', description: 'What a team shares of its Rockpool installs.' };
}

/** The keys that may stand at a place of the file. */
export function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: JsonSchema | undefined = projectSchema() as JsonSchema;
  for (const key of path) {
    schema = below(schema, String(key));
  }
  return Object.keys(schema?.properties ?? {}).filter((key) => key !== '$schema');
}

function below(schema: JsonSchema | undefined, key: string): JsonSchema | undefined {
  const { properties, additionalProperties, items } = schema ?? {};
  return (
    properties?.[key] ??
    items ??
    (typeof additionalProperties === 'object' ? additionalProperties : undefined)
  );
}
