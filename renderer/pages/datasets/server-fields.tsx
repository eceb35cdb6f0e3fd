import { NumberInput, Select, SimpleGrid } from '@mantine/core';
import type { ServerKind } from '../../../electron/contract/server.ts';
import { useAsk } from '../../store/ask.ts';
import { texts } from '../../texts/datasets.ts';
import { texts as home } from '../../texts/home.ts';
import { api } from '../../wire/connection.ts';

/** Where an install is to live. */
export interface Place {
  readonly server: ServerKind;
  readonly postgres: string;
  readonly port: string;
}

/** What is wrong with a port, null where nothing is; an empty field is any that is free. */
export function portProblem(port: string): string | null {
  return port === '' || (Number(port) >= 1024 && Number(port) <= 65_535) ? null : texts.portWrong;
}

const majors = ['18', '17', '16', '15', '14'];

/** The kind of server, its version where that can be chosen, and its port. A kind that cannot run here says why. */
export function ServerFields({ place, set }: { place: Place; set: (change: Partial<Place>) => void }) {
  const offers = useAsk('offers', (signal) => api.servers.offers(undefined, { signal }));
  const kinds = offers.data ?? [{ kind: 'embedded' as const, reason: null }];
  const refused = offers.data?.find((offer) => offer.reason !== null)?.reason ?? ' ';
  return (
    <SimpleGrid cols={3} spacing="sm">
      <Select
        label={texts.server}
        data={kinds.map(({ kind, reason }) => ({
          value: kind,
          label: home.kinds[kind] ?? kind,
          disabled: reason !== null,
        }))}
        value={place.server}
        data-autofocus
        allowDeselect={false}
        description={refused}
        inputWrapperOrder={['label', 'input', 'description']}
        onChange={(server) => server !== null && set({ server: server as ServerKind, postgres: '' })}
      />
      <Select
        label={texts.postgres}
        placeholder={texts.postgresAny}
        data={majors}
        value={place.postgres === '' ? null : place.postgres}
        clearable
        disabled={place.server !== 'docker'}
        onChange={(postgres) => set({ postgres: postgres ?? '' })}
      />
      <NumberInput
        size="sm"
        label={texts.port}
        placeholder={texts.portAny}
        value={place.port}
        error={portProblem(place.port)}
        allowDecimal={false}
        allowNegative={false}
        hideControls
        onChange={(port) => set({ port: port === '' ? '' : String(port) })}
      />
    </SimpleGrid>
  );
}
