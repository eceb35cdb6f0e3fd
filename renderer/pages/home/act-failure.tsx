import { Button } from '@mantine/core';
import { Link } from 'wouter';
import type { Card } from '../../../electron/contract/card.ts';
import type { ErrorCode } from '../../../electron/contract/errors.ts';
import { Failed } from '../../parts/failure.tsx';
import { actionOf } from '../../store/actions.ts';
import { dismissFailure, useActs } from '../../store/acts.ts';
import { texts } from '../../texts/home.ts';

const aboutTheDemo: readonly ErrorCode[] = [
  'parameters_missing',
  'parameters_invalid',
  'profile_not_found',
  'sql_failed',
  'sql_refused',
  'timeout',
];

/** Why what was asked of an install did not happen, and what can be done about it: by a button where there is one. */
export function ActFailure({ card }: { card: Card }) {
  const { name } = card;
  const failed = useActs((acts) => acts.failed[name]);
  if (failed === undefined) return null;
  const { key, failure } = failed;
  const isOfTheDemo = key === 'reset' && card.hasDemo && aboutTheDemo.includes(failure.code);
  return (
    <Failed
      failure={failure}
      onRetry={() => actionOf(card, key).run()}
      onDismiss={() => dismissFailure(name)}
    >
      {isOfTheDemo && (
        <>
          <Button component={Link} href={`/install/${name}/demo`} onClick={() => dismissFailure(name)}>
            {texts.toDemo}
          </Button>
          <Button onClick={() => actionOf(card, 'plain').run()}>{texts.actions.plain}</Button>
        </>
      )}
    </Failed>
  );
}
