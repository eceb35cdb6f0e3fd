import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconTerminal2 } from '@tabler/icons-react';
import { texts } from '../texts/general.ts';
import styles from './command.module.css';

/** Puts the command that does the same on the clipboard; the command itself is the tip. */
export function CopyCommand({ command }: { command: string }) {
  return (
    <CopyButton value={command} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip
          label={copied ? texts.copied : <span className={styles.tip}>{command}</span>}
          multiline
          maw={480}
        >
          <ActionIcon
            variant="subtle"
            color="gray"
            size={30}
            onClick={copy}
            aria-label={`${texts.copyCommand}: ${command}`}
          >
            {copied ? <IconCheck size={16} /> : <IconTerminal2 size={16} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

/** A command in full, with a button that copies it. */
export function CommandLine({ command }: { command: string }) {
  return (
    <div className={styles.line}>
      <code className={styles.text}>{command}</code>
      <CopyCommand command={command} />
    </div>
  );
}
