import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';

/** Says what happened, with a button that undoes it. */
export function showUndo(message: string, label: string, undo: () => void): void {
  const id = notifications.show({
    color: 'sea',
    withBorder: true,
    autoClose: 12_000,
    message: (
      <Group wrap="nowrap" gap="sm" align="center">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {message}
        </Text>
        <Button
          ml="auto"
          style={{ flexShrink: 0 }}
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          {label}
        </Button>
      </Group>
    ),
  });
}
