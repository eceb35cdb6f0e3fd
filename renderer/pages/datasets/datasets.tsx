import { Header } from '../../parts/header.tsx';
import { texts } from '../../texts/general.ts';

export function Datasets(_: { source: string | null }) {
  return <Header title={texts.nav.datasets} />;
}
