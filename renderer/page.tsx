import { Suspense } from 'react';
import { Route, Router, Switch } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { Frame } from './frame/frame.tsx';
import { Refused } from './frame/refused.tsx';
import { Home } from './pages/home/home.tsx';
import { Loading } from './parts/loading.tsx';
import { part } from './parts/part.ts';
import { projectFileOf } from './store/project-place.ts';
import { useWorld } from './store/world.ts';

// Home is there at once; the other pages come when they are first opened.
const Datasets = part(async () => (await import('./pages/datasets/datasets.tsx')).Datasets);
const InstallPage = part(async () => (await import('./pages/install/install.tsx')).InstallPage);
const Jobs = part(async () => (await import('./pages/jobs/jobs.tsx')).Jobs);
const Sources = part(async () => (await import('./pages/sources/sources.tsx')).Sources);
const ProjectPage = part(async () => (await import('./pages/project/project.tsx')).ProjectPage);
const Settings = part(async () => (await import('./pages/settings/settings.tsx')).Settings);

/** The whole page: the frame that stays, and in it the page of the address. */
export function Page() {
  const wire = useWorld((world) => world.wire);
  if (wire === 'refused') return <Refused />;
  return (
    <Router hook={useHashLocation}>
      <Frame>
        <Suspense fallback={<Loading />}>
          <Switch>
            <Route path="/datasets/:source?">{({ source }) => <Datasets source={source ?? null} />}</Route>
            <Route<{ name: string; tab?: string; rest?: string }> path="/install/:name/:tab?/:rest?">
              {({ name, tab, rest }) => (
                <InstallPage key={name} name={name} tab={tab ?? 'data'} rest={rest ?? ''} />
              )}
            </Route>
            <Route path="/jobs/:id?">{({ id }) => <Jobs id={id ?? null} />}</Route>
            <Route path="/project/:file?">
              {({ file }) => <ProjectPage file={projectFileOf(file ?? '')} />}
            </Route>
            <Route path="/sources">
              <Sources />
            </Route>
            <Route path="/settings">
              <Settings />
            </Route>
            <Route>
              <Home />
            </Route>
          </Switch>
        </Suspense>
      </Frame>
    </Router>
  );
}
