import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconChevronDown, IconCopy } from '@tabler/icons-react';
import type { Install, UrlFormat } from '../../electron/contract/install.ts';
import { failureOf } from '../store/failure.ts';
import { texts } from '../texts/home.ts';
import { api } from '../wire/connection.ts';
import styles from './connection.module.css';

const formats: readonly UrlFormat[] = ['url', 'env', 'psql', 'jdbc', 'prisma', 'django', 'rails'];

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
  return (
    <div className={styles.box}>
      <code className={styles.url} title={hidePassword(url)}>
        {hidePassword(url)}
      </code>
      <Menu>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={28} aria-label={texts.copyAs(name)}>
            <IconChevronDown size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {formats.map((format) => (
            <Menu.Item key={format} onClick={() => void copyAs(format)}>
              {texts.formats[format]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Tooltip label={clipboard.copied ? texts.copiedAs('URL') : texts.copyUrl(name)}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          onClick={() => clipboard.copy(url)}
          aria-label={texts.copyUrl(name)}
        >
          {clipboard.copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

function hidePassword(url: string): string {
  return url.replace(/^(\w+:\/\/[^:/@]*):[^@]*@/, '$1:••••@');
}
