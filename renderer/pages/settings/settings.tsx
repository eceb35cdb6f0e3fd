import { SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { Header } from '../../parts/header.tsx';
import { texts as general } from '../../texts/general.ts';
import { texts } from '../../texts/settings.ts';
import { About } from './about.tsx';
import { Disk } from './disk.tsx';
import { Keeping } from './keeping.tsx';
import { Line, Section } from './section.tsx';
import { Servers } from './servers.tsx';
import styles from './settings.module.css';

/** All that can be set, and what the app takes and is. */
export function Settings() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Header title={general.nav.settings} />
      <div className={styles.page}>
        <Section title={texts.look}>
          <Line label={texts.look}>
            <SegmentedControl
              size="xs"
              aria-label={texts.look}
              value={colorScheme}
              onChange={(value) => setColorScheme(value as typeof colorScheme)}
              data={Object.entries(texts.looks).map(([value, label]) => ({ value, label }))}
            />
          </Line>
        </Section>
        <Keeping />
        <Servers />
        <Disk />
        <About />
      </div>
    </>
  );
}
