import { Center, Stack, Text, Title } from '@mantine/core';
import { texts } from '../texts/general.ts';
import { Logo } from './logo.tsx';

/** What a tab shows that has no right to speak with the app: how to get it. */
export function Refused() {
  return (
    <Center component="main" h="100vh" p="xl">
      <Stack maw={440} gap="sm" align="flex-start">
        <Logo size={40} />
        <Title order={1}>{texts.refusedTitle}</Title>
        <Text c="dimmed">{texts.refused}</Text>
      </Stack>
    </Center>
  );
}
