import { Menu } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import styles from './menu-button.module.css';

/**
 * A button with a picture that opens a menu. The menu is made when it is first wanted: there can be a thousand such
 * buttons on a page, and a menu costs more than all else around it.
 */
export function MenuButton({
  label,
  icon,
  width,
  children,
}: {
  label: string;
  icon: ReactNode;
  width?: number;
  children: () => ReactNode;
}) {
  const [isMade, setMade] = useState(false);
  const [opened, setOpened] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isMade) return;
    // Making the menu made the button anew: what had the focus is gone.
    button.current?.focus();
    setOpened(true);
  }, [isMade]);
  const target = (
    <button
      ref={button}
      type="button"
      className={styles.icon}
      aria-label={label}
      title={label}
      aria-haspopup="menu"
      aria-expanded={opened}
      onClick={isMade ? undefined : () => setMade(true)}
    >
      {icon}
    </button>
  );
  if (!isMade) return target;
  return (
    <Menu opened={opened} onChange={setOpened} {...(width !== undefined && { width })}>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>{children()}</Menu.Dropdown>
    </Menu>
  );
}
