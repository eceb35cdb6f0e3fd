import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { projectSchema } from '../electron/project/schema.ts';

// Writes the JSON schema of rockpool.yml anew: node resources/make-schema.ts
const file = fileURLToPath(new URL('./rockpool.schema.json', import.meta.url));
writeFileSync(file, `${JSON.stringify(projectSchema(), null, 2)}\n`);
