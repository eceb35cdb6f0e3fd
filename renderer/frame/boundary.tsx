import { Component, type ReactNode } from 'react';
import type { ErrorReport } from '../../electron/contract/errors.ts';
import { Failed } from '../parts/failure.tsx';
import { texts } from '../texts/general.ts';

interface Props {
  /** Where the reader is: another place is tried afresh. */
  readonly at: string;
  readonly children: ReactNode;
}

interface State {
  readonly at: string;
  readonly failure: ErrorReport | null;
}

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
