import { Alert, Button, Code, Collapse, Group, Text, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { ErrorReport } from '../../electron/contract/errors.ts';
import { hintInPage } from '../texts/errors.ts';
import { texts } from '../texts/general.ts';

/** What went wrong in one sentence, what to do, and, for experts, the rest. */
export function Failed({
  failure,
  onRetry,
  onDismiss,
  children,
}: {
  failure: ErrorReport;
  onRetry?: () => void;
  onDismiss?: () => void;
  /** What can be done about it. */
  children?: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const hint = hintInPage(failure.code, failure.hint);
  const detail = { code: failure.code, ...failure.detail };
  return (
    <Alert
      variant="light"
      color="red"
      icon={<IconAlertTriangle size={18} />}
      title={failure.message}
      role="alert"
      bg="var(--rp-bad-soft)"
      styles={{
        title: { color: 'var(--rp-bad)' },
        label: { overflowWrap: 'anywhere', whiteSpace: 'normal' },
        body: { minWidth: 0, overflowWrap: 'anywhere' },
        icon: { color: 'var(--rp-bad)' },
      }}
      withCloseButton={onDismiss !== undefined}
      closeButtonLabel={texts.close}
      {...(onDismiss !== undefined && { onClose: onDismiss })}
    >
      {hint !== null && <Text size="sm">{hint}</Text>}
      <Group gap="sm" mt="xs">
        {children}
        {onRetry !== undefined && <Button onClick={onRetry}>{texts.retry}</Button>}
        <UnstyledButton fz="sm" td="underline" aria-expanded={open} onClick={() => setOpen(!open)}>
          {texts.details}
        </UnstyledButton>
      </Group>
      <Collapse expanded={open} transitionDuration={100}>
        <Code block mt="xs">
          {Object.entries(detail)
            .map(([key, value]) => `${key}: ${value}`)
            .join('\n')}
        </Code>
      </Collapse>
    </Alert>
  );
}
