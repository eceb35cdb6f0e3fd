import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { Failed } from '../../parts/failure.tsx';
import { useAsk, useDo } from '../../store/ask.ts';
import { texts } from '../../texts/settings.ts';
import { api } from '../../wire/connection.ts';
import { Line, Section } from './section.tsx';

/** Which versions run, what leaves the machine (nothing), and the file for a bug report. */
export function About() {
  const versions = useAsk('versions', (signal) => api.machine.versions(undefined, { signal }));
  const write = useDo(() => api.machine.diagnostics());
  const [file, setFile] = useState<string | null>(null);
  return (
    <Section title={texts.about}>
      {(Object.keys(texts.versions) as (keyof typeof texts.versions)[]).map((key) => (
        <Line key={key} label={texts.versions[key]}>
          <span className="num">{versions.data === null ? '…' : (versions.data[key] ?? texts.unknown)}</span>
        </Line>
      ))}
      <Line label={texts.telemetry} hint={texts.telemetryHint}>
        {null}
      </Line>
      <Line label={texts.diagnostics} hint={texts.diagnosticsHint}>
        <Button
          loading={write.isBusy}
          onClick={async () => {
            const written = await write.run();
            if (written !== null) setFile(written.file);
          }}
        >
          {texts.diagnostics}
        </Button>
      </Line>
      {file !== null && (
        <Text size="sm" className="mono">
          {texts.written(file)}
        </Text>
      )}
      {write.failure !== null && <Failed failure={write.failure} />}
    </Section>
  );
}
