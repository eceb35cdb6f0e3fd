import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { useWorld } from '../store/world.ts';
import { texts } from '../texts/general.ts';

/** Ctrl/Cmd-K: any page, any install, any recent job. */
export function Palette() {
  const { cards, jobs } = useWorld();
  const [, go] = useLocation();
  const actions = useMemo((): SpotlightActionData[] => {
    const pages = Object.entries(texts.nav).map(([key, label]) => ({
      id: `page-${key}`,
      label,
      onClick: () => go(key === 'home' ? '/' : `/${key}`),
    }));
    const installs = cards.map((card) => ({
      id: `install-${card.name}`,
      label: card.name,
      description: `${card.dataset} @ ${card.revision}`,
      onClick: () => go(`/install/${card.name}`),
    }));
    const recent = jobs.slice(0, 50).map((job) => ({
      id: `job-${job.id}`,
      label: job.title,
      description: job.id,
      onClick: () => go(`/jobs/${job.id}`),
    }));
    return [...installs, ...pages, ...recent];
  }, [cards, jobs, go]);
  return (
    <Spotlight
      actions={actions}
      shortcut={['mod + K']}
      limit={12}
      highlightQuery
      nothingFound={texts.nothingFound}
      searchProps={{
        placeholder: texts.find,
        leftSection: <IconSearch size={16} />,
        'aria-label': texts.find,
      }}
    />
  );
}
