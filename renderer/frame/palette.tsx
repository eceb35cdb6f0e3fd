import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { Everywhere } from '../pages/home/everywhere.tsx';
import { actionsOf, unremove } from '../store/actions.ts';
import { commandOf } from '../store/command.ts';
import { openDialog } from '../store/dialog.ts';
import { useWorld } from '../store/world.ts';
import { texts } from '../texts/general.ts';
import { texts as home } from '../texts/home.ts';
import { texts as project } from '../texts/project.ts';
import { texts as sources } from '../texts/sources.ts';
import styles from './palette.module.css';

// With more installs than these their actions would bury everything else; each is found by its name.
const mostWithActions = 60;

/** Ctrl/Cmd-K: any page, any install and what can be done with it, any recent job; and what can come up on any page. */
export function Palette() {
  const { cards, jobs, removed } = useWorld();
  const [, go] = useLocation();
  const actions = useMemo((): SpotlightActionData[] => {
    const pages = Object.entries(texts.nav).map(([key, label]) => ({
      id: `page-${key}`,
      label,
      onClick: () => go(key === 'home' ? '/' : `/${key}`),
    }));
    const general = [
      { id: 'install', label: home.install, onClick: () => go('/datasets') },
      { id: 'project', label: project.open, onClick: () => go('/project') },
      ...(['s3', 'filestore', 'folder'] as const).map((of) => ({
        id: `source-${of}`,
        label: sources.addTitle[of],
        onClick: () => openDialog({ kind: 'source', of }),
      })),
    ];
    const installs = cards.map((card) => ({
      id: `install-${card.name}`,
      label: card.name,
      description: `${card.dataset} @ ${card.revision}`,
      onClick: () => go(`/install/${card.name}`),
    }));
    const acts = cards.slice(0, mostWithActions).flatMap((card) =>
      actionsOf(card)
        .filter(({ key }) => key !== 'open')
        .map(({ key, label, command, run }) => ({
          id: `${key}-${card.name}`,
          label: home.actionFor(label, card.name),
          description: command,
          onClick: run,
        })),
    );
    const undos = removed.map(({ name }) => ({
      id: `unremove-${name}`,
      label: home.unremove(name),
      description: commandOf('remove', name, '--undo'),
      onClick: () => unremove(name),
    }));
    const recent = jobs.slice(0, 50).map((job) => ({
      id: `job-${job.id}`,
      label: job.title,
      description: home.job(job.id),
      onClick: () => go(`/jobs/${job.id}`),
    }));
    return [...installs, ...pages, ...general, ...undos, ...acts, ...recent];
  }, [cards, jobs, removed, go]);
  // A job that ends meanwhile must not move another action under the key that is about to be pressed.
  const [isOpen, setOpen] = useState(false);
  const shown = useRef(actions);
  if (!isOpen) shown.current = actions;
  return (
    <>
      <Spotlight
        actions={shown.current}
        onSpotlightOpen={() => setOpen(true)}
        onSpotlightClose={() => setOpen(false)}
        shortcut={['mod + K']}
        tagsToIgnore={[]}
        triggerOnContentEditable
        limit={12}
        highlightQuery
        overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
        classNames={{ action: styles.action ?? '', actionDescription: styles.description ?? '' }}
        styles={{ content: { backgroundColor: 'var(--rp-card)' } }}
        attributes={{ content: { 'aria-label': texts.find } }}
        nothingFound={texts.nothingFound}
        searchProps={{
          placeholder: texts.find,
          leftSection: <IconSearch size={16} />,
          'aria-label': texts.find,
        }}
      />
      <Everywhere />
    </>
  );
}
