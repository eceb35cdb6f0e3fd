import { Menu } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import {
  IconArrowBackUp,
  IconArrowRight,
  IconCamera,
  IconCircleArrowUp,
  IconDots,
  IconEraser,
  IconFolderOpen,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconTerminal2,
  IconTrash,
  IconUserOff,
} from '@tabler/icons-react';
import type { Card } from '../../../electron/contract/card.ts';
import { MenuButton } from '../../parts/menu-button.tsx';
import { type ActionKey, actionsOf } from '../../store/actions.ts';
import { texts as general } from '../../texts/general.ts';
import { texts } from '../../texts/home.ts';

const icons: Record<ActionKey, typeof IconDots> = {
  open: IconFolderOpen,
  reset: IconRefresh,
  plain: IconEraser,
  update: IconCircleArrowUp,
  undo: IconArrowBackUp,
  self: IconUserOff,
  snapshot: IconCamera,
  move: IconArrowRight,
  start: IconPlayerPlay,
  stop: IconPlayerStop,
  remove: IconTrash,
};

/** All that can be done with an install, and the command of each. */
export function CardMenu({ card }: { card: Card }) {
  return (
    <div style={{ display: 'flex', marginLeft: 'auto' }}>
      <MenuButton label={texts.menu(card.name)} icon={<IconDots size={17} aria-hidden />} width={250}>
        {() => <Items card={card} />}
      </MenuButton>
    </div>
  );
}

function Items({ card }: { card: Card }) {
  const clipboard = useClipboard();
  const actions = actionsOf(card);
  return (
    <>
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
    </>
  );
}
