import { Header } from '../../parts/header.tsx';
import { texts } from '../../texts/general.ts';

export function Sources() {
  return <Header title={texts.nav.sources} />;
}
