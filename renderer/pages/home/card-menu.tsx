import { ActionIcon, Menu } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import {
  IconArrowBackUp,
  IconArrowRight,
  IconCamera,
  IconCircleArrowUp,
  IconDots,
  IconFolderOpen,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconTerminal2,
  IconTrash,
} from '@tabler/icons-react';
import type { Card } from '../../../electron/contract/card.ts';
import { type ActionKey, actionsOf } from '../../store/actions.ts';
import { texts as general } from '../../texts/general.ts';
import { texts } from '../../texts/home.ts';

const icons: Record<ActionKey, typeof IconDots> = {
  open: IconFolderOpen,
  reset: IconRefresh,
  update: IconCircleArrowUp,
  undo: IconArrowBackUp,
  snapshot: IconCamera,
  move: IconArrowRight,
  start: IconPlayerPlay,
  stop: IconPlayerStop,
  remove: IconTrash,
};

/** All that can be done with an install, and the command of each. */
export function CardMenu({ card }: { card: Card }) {
  const clipboard = useClipboard();
  const actions = actionsOf(card);
  return (
    <Menu width={250}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={30} ml="auto" aria-label={texts.menu(card.name)}>
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ key, label, run }) => {
          const Icon = icons[key];
          return (
            <Menu.Item
              key={key}
              leftSection={<Icon size={15} aria-hidden />}
              {...(key === 'remove' && { c: 'var(--rp-bad)' })}
              onClick={run}
            >
              {label}
            </Menu.Item>
          );
        })}
        <Menu.Divider />
        <Menu.Sub>
          <Menu.Sub.Target>
            <Menu.Sub.Item leftSection={<IconTerminal2 size={15} aria-hidden />}>
              {general.copyCommand}
            </Menu.Sub.Item>
          </Menu.Sub.Target>
          <Menu.Sub.Dropdown>
            {actions.map(({ key, command }) => (
              <Menu.Item key={key} className="mono" onClick={() => clipboard.copy(command)}>
                {command}
              </Menu.Item>
            ))}
          </Menu.Sub.Dropdown>
        </Menu.Sub>
      </Menu.Dropdown>
    </Menu>
  );
}
