import type { OperationId } from '@turnpike/provider';
import type { Answer } from '../answers/answer';
import {
  cleanType,
  ForwardedBytes,
  ForwardedJson,
  ForwardedStream,
  ForwardedText,
  type ForwardOptions,
} from './forward-answers';

/** What is asked of the answer to a request that was passed on as it came. */
export interface ForwardedRequest extends Omit<ForwardOptions, 'silence'> {
  readonly operation: OperationId;
  /** We asked for the usage chunk, the client did not. */
  readonly hideUsage?: boolean;
}

const TRANSCRIPTS: ReadonlySet<OperationId> = new Set(['transcriptions', 'translations']);
/** Operations that are not billed by tokens alone, where their answers tell none. */
const SILENCE: Partial<Record<OperationId, NonNullable<ForwardOptions['silence']>>> = {
  moderations: 'free',
  'image-generations': 'pictures',
  'image-edits': 'pictures',
  'image-variations': 'pictures',
  transcriptions: 'hidden',
  translations: 'hidden',
  speech: 'hidden',
};
/** A page in HTML is no transcript and no sound. */
const TEXT = /^(?:text\/(?!html)|application\/(?:x-)?subrip)/;
const NO_SOUND = /^(?:text\/|application\/(?:json|xml|problem))/;

/** Chosen by what comes: what was asked for may not be known yet, and providers answer as they like. */
export function forwardAnswer(request: ForwardedRequest, contentType: string): Answer {
  const { operation } = request;
  if (contentType.includes('event-stream'))
    return new ForwardedStream(
      request.hideUsage ?? false,
      operation === 'completions' ? 'data: [DONE]\n\n' : '',
    );
  if (operation === 'speech' && !NO_SOUND.test(contentType))
    return new ForwardedBytes(cleanType(contentType));
  if (TRANSCRIPTS.has(operation) && TEXT.test(contentType)) return new ForwardedText(cleanType(contentType));
  return new ForwardedJson({ ...request, silence: SILENCE[operation] });
}
