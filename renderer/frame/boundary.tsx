import { Component, type ReactNode } from 'react';
import type { ErrorReport } from '../../electron/contract/errors.ts';
import { Failed } from '../parts/failure.tsx';
import { texts } from '../texts/general.ts';

interface Props {
  /** Where the reader is: another place is tried afresh. */
  readonly at: string;
  /** How often there was a connection: what failed while there was none is tried afresh with the next one. */
  readonly connections: number;
  readonly children: ReactNode;
}

interface State {
  readonly at: string;
  readonly failure: ErrorReport | null;
}

// What browsers say where a part of the page could not be fetched; a part that was refused once stays so until a reload.
const notFetched = /dynamically imported module|importing a module script/i;

/** Keeps the frame where a page fails, as when a part of it cannot be loaded: says so, and begins again on a click. */
export class Boundary extends Component<Props, State> {
  override state: State = { at: this.props.at, failure: null };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    const message = error instanceof Error ? error.message : String(error);
    return {
      failure: { code: 'internal', message: texts.broken, hint: texts.brokenHint, detail: { message } },
    };
  }

  static getDerivedStateFromProps({ at }: Props, state: State): Partial<State> | null {
    return at === state.at ? null : { at, failure: null };
  }

  override componentDidUpdate({ connections }: Props): void {
    const { failure } = this.state;
    const isBack = failure !== null && connections < this.props.connections;
    if (isBack && notFetched.test(String(failure.detail?.message))) location.reload();
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === null) return this.props.children;
    return (
      <div style={{ padding: 24, maxWidth: 640 }}>
        <Failed failure={failure} onRetry={() => location.reload()} />
      </div>
    );
  }
}
