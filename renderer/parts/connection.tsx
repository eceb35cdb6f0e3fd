import { Menu } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconChevronDown, IconCopy } from '@tabler/icons-react';
import type { Install, UrlFormat } from '../../electron/contract/install.ts';
import { failureOf } from '../store/failure.ts';
import { texts } from '../texts/home.ts';
import { api } from '../wire/connection.ts';
import styles from './connection.module.css';
import menu from './menu-button.module.css';
import { MenuButton } from './menu-button.tsx';

const formats: readonly UrlFormat[] = ['url', 'env', 'psql', 'jdbc', 'prisma', 'django', 'rails', 'compose'];

/** How to connect to an install: the password is shown to nobody, and is in whatever is copied. */
export function Connection({ install }: { install: Pick<Install, 'name' | 'url'> }) {
  const { name, url } = install;
  const clipboard = useClipboard({ timeout: 1500 });
  const copyAs = async (format: UrlFormat) => {
    try {
      const { text } = await api.installs.url({ name, format });
      clipboard.copy(text);
      notifications.show({
        message: texts.copiedAs(texts.formats[format] ?? format),
        color: 'sea',
        withBorder: true,
      });
    } catch (error) {
      notifications.show({ message: failureOf(error).message, color: 'red', withBorder: true });
    }
  };
  const copyLabel = clipboard.copied ? texts.copiedAs('URL') : texts.copyUrl(name);
  return (
    <div className={styles.box}>
      <code className={styles.url} title={hidePassword(url)}>
        {hidePassword(url)}
      </code>
      <MenuButton label={texts.copyAs(name)} icon={<IconChevronDown size={15} aria-hidden />}>
        {() =>
          formats.map((format) => (
            <Menu.Item key={format} onClick={() => void copyAs(format)}>
              {texts.formats[format]}
            </Menu.Item>
          ))
        }
      </MenuButton>
      <button
        type="button"
        className={menu.icon}
        title={copyLabel}
        aria-label={copyLabel}
        onClick={() => clipboard.copy(url)}
      >
        {clipboard.copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}
      </button>
    </div>
  );
}

function hidePassword(url: string): string {
  return url.replace(/^(\w+:\/\/[^:/@]*):[^@]*@/, '$1:••••@');
}
