import type { Turn } from '@turnpike/protocol';
import { unsupported, type UpstreamEncoding } from './upstream-encoding';

/** An assistant turn at the end is to be continued; what cannot continue it must not answer something else. */
export function checkPrefill(turns: readonly Turn[], { capabilities, target }: UpstreamEncoding): void {
  if (turns.at(-1)?.role !== 'assistant' || capabilities.prefill === true) return;
  unsupported(
    `Assistant prefill is not supported by this model (${target.model}): the last message must not be the assistant's.`,
    'messages',
  );
}
