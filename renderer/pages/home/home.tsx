import { SimpleGrid } from '@mantine/core';
import { Header } from '../../parts/header.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useWorld } from '../../store/world.ts';
import { texts } from '../../texts/general.ts';
import { InstallCard } from './card.tsx';

export function Home() {
  const { cards, loaded } = useWorld();
  return (
    <>
      <Header title={texts.nav.home} />
      {loaded ? (
        <SimpleGrid cols={{ base: 1, md: 2 }} px="lg" spacing="md">
          {cards.map((card) => (
            <InstallCard key={card.name} card={card} />
          ))}
        </SimpleGrid>
      ) : (
        <Loading />
      )}
    </>
  );
}
