import { Header } from '../../parts/header.tsx';

export function InstallPage({ name }: { name: string; tab: string; rest: string }) {
  return <Header title={name} />;
}
