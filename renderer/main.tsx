import './wire/trusted.ts';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './page.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Page } from './page.tsx';
import { tellRemoteEnds } from './pages/jobs/remote-ended.tsx';
import { loadParts } from './parts/part.ts';
import { startWorld } from './store/world.ts';
import { theme, variables } from './theme.ts';
import { styleNonce } from './wire/nonce.ts';

startWorld();
tellRemoteEnds();

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      cssVariablesResolver={variables}
      getStyleNonce={() => styleNonce}
    >
      <Notifications position="bottom-right" limit={4} />
      <Page />
    </MantineProvider>
  </StrictMode>,
);

// Once what is shown has had its time.
setTimeout(() => void loadParts(), 2500);
