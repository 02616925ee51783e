import type { Failure } from '@turnpike/protocol';
import type { RoutableTarget } from '../domain/types';

/** `a/m` with credentials `a/k1`, `a/k2:group`: targets for specs. */
export function target(
  name: string,
  keys: readonly string[] = ['k1'],
  more: Partial<RoutableTarget> = {},
): RoutableTarget {
  const [provider = '', model = 'm'] = name.split('/');
  const credentials = keys.map((key) => {
    const [credential = '', group] = key.split(':');
    const id = `${provider}/${credential}`;
    return { id, name: credential, quotaGroup: group ?? id };
  });
  return { provider: { name: provider, credentials }, model, weight: 1, ...more };
}

const SCOPES: Readonly<Record<Failure['class'], Failure['scope']>> = {
  rate_minute: 'group',
  rate_long: 'group',
  credit: 'credential',
  overload: 'model',
  server: 'model',
  auth: 'credential',
  target_gone: 'none',
  context_length: 'none',
  content_filter: 'none',
  caller: 'none',
  auxiliary: 'none',
};

export const FAILURE_CLASSES = Object.keys(SCOPES) as readonly Failure['class'][];

/** A failure as it is usually classified. */
export const failure = (failureClass: Failure['class'], more: Partial<Failure> = {}): Failure => ({
  class: failureClass,
  scope: SCOPES[failureClass],
  provenance: more.wakeAtMs === undefined ? 'heuristic' : 'authoritative',
  status: 500,
  reason: failureClass,
  vendor: { message: 'no', type: 'error' },
  ...more,
});
