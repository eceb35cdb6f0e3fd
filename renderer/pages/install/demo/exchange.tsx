import { ActionIcon, FileButton, Menu } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconDots, IconDownload, IconTerminal2, IconUpload } from '@tabler/icons-react';
import { useRef } from 'react';
import type { Profile } from '../../../../electron/contract/demo.ts';
import { downloadText } from '../../../parts/download.ts';
import { Failed } from '../../../parts/failure.tsx';
import { useDo } from '../../../store/ask.ts';
import { commandOf } from '../../../store/command.ts';
import { texts } from '../../../texts/demo.ts';
import { texts as general } from '../../../texts/general.ts';
import { api } from '../../../wire/connection.ts';

const types = { json: 'application/json', csv: 'text/csv' } as const;
type Format = keyof typeof types;

interface Props {
  readonly install: string;
  readonly hasProfiles: boolean;
  /** With the profiles that came in. */
  onImported(profiles: readonly Profile[]): void;
}

/** Takes all profiles out into a file, and brings profiles in from one. */
export function ExchangeMenu({ install: name, hasProfiles, onImported }: Props) {
  const clipboard = useClipboard();
  const choose = useRef<() => void>(null);
  const take = useDo(async (format: Format) => {
    const { text } = await api.demo.profiles.export({ name, profile: null, format });
    downloadText(texts.profilesFile(name, format), text, types[format]);
  });
  const bring = useDo(async (file: File) =>
    api.demo.profiles.import({ name, text: await file.text(), format: formatOf(file.name) }),
  );
  const failure = take.failure ?? bring.failure;
  return (
    <>
      <FileButton
        accept=".json,.csv,application/json,text/csv"
        inputProps={{ 'aria-label': texts.importFile }}
        onChange={async (file) => {
          const profiles = file === null ? null : await bring.run(file);
          if (profiles !== null) onImported(profiles);
        }}
      >
        {({ onClick }) => {
          choose.current = onClick;
          return (
            <Menu>
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" size="sm" aria-label={texts.exchange}>
                  <IconDots size={14} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  leftSection={<IconUpload size={14} aria-hidden />}
                  onClick={() => choose.current?.()}
                >
                  {texts.importProfiles}
                </Menu.Item>
                {(['json', 'csv'] as const).map((format) => (
                  <Menu.Item
                    key={format}
                    disabled={!hasProfiles}
                    leftSection={<IconDownload size={14} aria-hidden />}
                    onClick={() => void take.run(format)}
                  >
                    {texts.exportProfiles(format)}
                  </Menu.Item>
                ))}
                <Menu.Divider />
                <Menu.Sub>
                  <Menu.Sub.Target>
                    <Menu.Sub.Item leftSection={<IconTerminal2 size={14} aria-hidden />}>
                      {general.copyCommand}
                    </Menu.Sub.Item>
                  </Menu.Sub.Target>
                  <Menu.Sub.Dropdown>
                    {(['export', 'import'] as const)
                      .map((verb) => commandOf('profile', name, verb, texts.profilesFile(name, 'json')))
                      .map((command) => (
                        <Menu.Item key={command} className="mono" onClick={() => clipboard.copy(command)}>
                          {command}
                        </Menu.Item>
                      ))}
                  </Menu.Sub.Dropdown>
                </Menu.Sub>
              </Menu.Dropdown>
            </Menu>
          );
        }}
      </FileButton>
      {failure !== null && (
        <Failed
          failure={failure}
          onDismiss={() => {
            take.clear();
            bring.clear();
          }}
        />
      )}
    </>
  );
}

// As the command line tells: by the name's end.
function formatOf(file: string): Format {
  return /\.csv$/i.test(file) ? 'csv' : 'json';
}
