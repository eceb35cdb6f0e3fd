import { Header } from '../../parts/header.tsx';
import { texts } from '../../texts/general.ts';

export function Settings() {
  return <Header title={texts.nav.settings} />;
}
