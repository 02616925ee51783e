import type { ProviderDefinition } from './definition';
import type { TransportFailure } from './upstream';

/** Everything that is known of one failed attempt. `body` is at most 64 KiB of text, whatever its content type. */
export interface FailureEvidence {
  readonly definition: ProviderDefinition;
  /** null: no HTTP answer. */
  readonly status: number | null;
  /** Lower-case names; the last of a repeated header. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly transport?: TransportFailure;
  /** A judgement of ours on an answer with status 200. */
  readonly verdict?:
    'empty_answer' | 'stream_cut' | 'error_in_answer' | 'malformed_answer' | 'malformed_call';
  /** count_tokens, models, usage: never cools anything. */
  readonly auxiliary?: boolean;
  readonly nowMs: number;
}
