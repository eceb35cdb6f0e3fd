import { Select } from '@mantine/core';
import { useWorld } from '../../store/world.ts';
import { texts } from '../../texts/agents.ts';

/** Keeps the jobs of one workflow of an agent; nothing where no agent has told any. */
export function WorkflowFilter({
  value,
  onChange,
}: {
  value: string | null;
  onChange(value: string | null): void;
}) {
  const agents = useWorld((world) => world.agents);
  const workflows = new Map(
    agents.flatMap(({ seen }) => seen.workflows.map(({ id, name }) => [id, name ?? id] as const)),
  );
  if (workflows.size === 0) return null;
  return (
    <Select
      size="xs"
      w={150}
      miw={110}
      clearable
      searchable
      aria-label={texts.workflow}
      placeholder={texts.anyWorkflow}
      value={value}
      onChange={onChange}
      data={[...workflows].map(([id, label]) => ({ value: id, label }))}
    />
  );
}
