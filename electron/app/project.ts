import { homedir } from 'node:os';
import type { DownResult, ProjectPlan, UpResult } from '../contract/project.ts';
import type { Parts, Watch } from '../installs/parts.ts';
import type { Project } from '../project/files.ts';

/** Project files. A `file` that is null is the `rockpool.yml` of the working folder or the nearest above it. */
export interface ProjectApp {
  /** Reads a project, checks it, and tells what `up` would do; runs nothing of it. */
  planProject(file: string | null): Promise<ProjectPlan>;
  /** Remembers that the plan of this hash was seen and agreed to. Throws `project_untrusted` where it is another by now. */
  trustProject(file: string | null, hash: string): Promise<ProjectPlan>;
  /** Does what it says; `agreed` is the hash of the plan that somebody has seen, null where none has now. */
  upProject(file: string | null, agreed: string | null, watch: Watch): Promise<UpResult>;
  downProject(file: string | null, options: { remove: boolean }, watch: Watch): Promise<DownResult>;
}

// YAML is read for projects alone, so all of it is loaded when one is asked for.
export function openProjects(parts: Parts): ProjectApp {
  const { state } = parts.core;
  const open = async (file: string | null): Promise<Project> => {
    const { findProjectFile, openProject } = await import('../project/files.ts');
    // A page has no shell that would know what ~ is.
    return openProject(findProjectFile(file?.replace(/^~(?=$|[/\\])/, homedir()) ?? null));
  };
  const plan = async (project: Project): Promise<ProjectPlan> => {
    const { planProject } = await import('../project/plan.ts');
    return planProject(state, project);
  };
  return {
    planProject: async (file) => plan(await open(file)),
    trustProject: async (file, hash) => {
      const project = await open(file);
      const { requireTrust, trustProject } = await import('../project/trust.ts');
      // What cannot work is no thing to agree to.
      await plan(project);
      if (hash === project.hash) trustProject(state, project);
      requireTrust(state, project);
      return plan(project);
    },
    upProject: async (file, agreed, watch) => {
      const project = await open(file);
      // Checked first: what cannot work is no thing to agree to.
      await plan(project);
      const { upProject } = await import('../project/up.ts');
      const { trustProject } = await import('../project/trust.ts');
      if (agreed === project.hash) trustProject(state, project);
      return upProject(parts, project, watch);
    },
    downProject: async (file, options, watch) => {
      const { downProject } = await import('../project/down.ts');
      return downProject(parts, await open(file), options, watch);
    },
  };
}
