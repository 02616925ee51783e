import { clampEffort, wantedEffort, type Effort } from '@turnpike/protocol';
import type { UpstreamEncoding } from '../../upstream-only';

/** Words of the models that take words. */
const WORDS: readonly Effort[] = ['low', 'medium', 'high'];

/** `think`: a switch, or a word where the model takes words. A model that cannot think refuses to be asked. */
export function encodeThink({
  request,
  capabilities,
  losses,
}: UpstreamEncoding): boolean | string | undefined {
  const { reasoning } = request;
  if (!reasoning) return undefined;
  const wanted = wantedEffort(reasoning);
  if (capabilities.thinking === 'none') {
    if (wanted !== 'none') losses.dropped('thinking');
    return undefined;
  }
  if (capabilities.thinking !== 'effort') return wanted !== 'none';
  if (wanted === undefined) return undefined;
  const word = clampEffort(wanted, capabilities.efforts ?? WORDS);
  if (word !== wanted) losses.add('clamped:effort');
  return word === 'none' ? false : word;
}
