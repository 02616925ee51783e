import type { Json } from '@turnpike/kernel';
import type { Phase, Signature } from '../canonical/content';
import type { VendorError } from '../canonical/failure';
import type { StopDetails, StopReason } from '../canonical/response';
import type { PartialUsage } from '../canonical/usage';

export type BlockContent =
  | { readonly kind: 'text'; readonly phase?: Phase }
  | { readonly kind: 'reasoning'; readonly itemId?: string }
  | { readonly kind: 'redacted'; readonly data: string }
  | { readonly kind: 'refusal' }
  | {
      readonly kind: 'call';
      readonly id: string;
      readonly name: string;
      readonly tool: 'function' | 'custom';
      readonly namespace?: string;
      readonly itemId?: string;
      readonly signature?: Signature;
    }
  | { readonly kind: 'media'; readonly mimeType: string; readonly data: string }
  | { readonly kind: 'opaque'; readonly vendor: string; readonly raw: Json };

export type BlockDelta =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reasoning'; readonly text: string }
  | { readonly kind: 'refusal'; readonly text: string }
  | { readonly kind: 'arguments'; readonly text: string }
  | { readonly kind: 'signature'; readonly signature: Signature }
  | { readonly kind: 'citations'; readonly citations: readonly Json[] };

/** Why the bytes stopped coming. `complete`: a clean end of body; all others are losses. */
export type EndReason = 'complete' | 'cut' | 'idle' | 'aborted' | 'deadline';

/**
 * Grammar, checked by `stream/grammar.ts`: `start`, then blocks (start, deltas, end; ids may interleave), `usage`
 * anywhere after start (field by field the last wins), then exactly one of finish | error | interrupted, then nothing.
 * Where several answers were asked for, the others come as events of a choice: blocks of its own and one finish, before
 * the finish of the first.
 */
export type StreamEvent =
  | { readonly kind: 'start'; readonly id?: string; readonly model?: string; readonly createdAt?: number }
  | { readonly kind: 'block-start'; readonly block: number; readonly content: BlockContent }
  | { readonly kind: 'block-delta'; readonly block: number; readonly delta: BlockDelta }
  | { readonly kind: 'block-end'; readonly block: number }
  | { readonly kind: 'choice'; readonly choice: number; readonly event: ChoiceEvent }
  | { readonly kind: 'usage'; readonly usage: PartialUsage }
  | {
      readonly kind: 'finish';
      readonly stop: StopReason;
      readonly stopSequence?: string;
      readonly stopDetails?: StopDetails;
    }
  | { readonly kind: 'error'; readonly error: VendorError }
  | { readonly kind: 'interrupted'; readonly reason: EndReason };

/** What can be said within one of the other choices. */
export type ChoiceEvent = Extract<
  StreamEvent,
  { readonly kind: 'block-start' | 'block-delta' | 'block-end' | 'finish' }
>;
