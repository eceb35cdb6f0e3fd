import { Button, Group, Kbd, Title } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { texts } from '../texts/general.ts';

const isMac = navigator.userAgent.includes('Mac');

/** The head of a page: what it is, what can be done, and the way to anything else. */
export function Header({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Group component="header" px="lg" pt={14} pb="sm" gap="md" wrap="nowrap" mih={62}>
      <Title order={1}>{title}</Title>
      {children}
      <Button
        ml="auto"
        w={240}
        miw={48}
        style={{ flexShrink: 1 }}
        size="sm"
        justify="flex-start"
        c="dimmed"
        fw={400}
        leftSection={<IconSearch size={15} aria-hidden />}
        rightSection={<Kbd size="xs">{isMac ? '⌘K' : 'Ctrl K'}</Kbd>}
        styles={{
          label: {
            display: 'block',
            flex: 1,
            lineHeight: '34px',
            textAlign: 'left',
            textOverflow: 'ellipsis',
          },
        }}
        onClick={spotlight.open}
      >
        {texts.find}
      </Button>
    </Group>
  );
}
