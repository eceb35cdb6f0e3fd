import { Header } from '../../parts/header.tsx';
import { texts } from '../../texts/general.ts';

export function Jobs(_: { id: string | null }) {
  return <Header title={texts.nav.jobs} />;
}
