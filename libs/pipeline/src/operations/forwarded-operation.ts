import type { JsonOperation } from '@turnpike/dialects';
import { readMember, type EnvelopeShape } from '@turnpike/protocol';
import type { Target } from '@turnpike/provider';
import type { Answer } from '../answers/answer';
import type { CallContext } from '../call-context';
import { buildUpstreamHeaders } from '../client-headers';
import type { AnswerSetting } from '../create-answer';
import { pathOf } from '../endpoints';
import type { PreparedCall } from '../prepare-call';
import type { Asked, AttemptTarget } from './asked';
import { forwardAnswer } from './forward-answer';
import { JsonBody } from './json-body';
import { notOffered } from './not-offered';

/** Where OpenAI's operations are spelled as OpenAI spells them. */
export const speaksOpenAi = ({ dialect }: Target): boolean =>
  dialect === 'openai-chat' || dialect === 'openai-responses';

/** Moderations, pictures, speech: asked of providers that have taken over OpenAI's spelling, and passed on. */
export class ForwardedOperation implements Asked {
  readonly model: string;
  readonly stream: boolean;
  private readonly body: JsonBody;

  /** @throws GatewayError for a body that is wrong. */
  constructor(
    readonly operation: JsonOperation,
    bytes: Buffer,
    shape: EnvelopeShape,
  ) {
    this.body = new JsonBody(bytes, shape);
    this.model = this.body.model;
    this.stream = this.body.stream || readMember(this.body.envelope, 'stream_format') === 'sse';
  }

  estimateInput(): number {
    return this.body.estimateInput();
  }

  prepare(call: CallContext, { target }: AttemptTarget): PreparedCall {
    const { operation, stream } = this;
    if (!speaksOpenAi(target)) throw notOffered(target, operation);
    return {
      lane: 'passthrough',
      path: pathOf(target, operation, stream),
      headers: buildUpstreamHeaders(target, call.clientHeaders, {
        sameDialect: true,
        stream,
        ...(operation === 'speech' && { accept: '*/*' }),
      }),
      ...this.body.forwardTo(target),
      restoration: {},
      hideUsage: false,
    };
  }

  createAnswer(_setting: AnswerSetting, contentType: string): Answer {
    const { operation } = this;
    // Sound that was asked for as it comes is asked for in events, and only then.
    const asStream = this.stream && operation !== 'speech';
    return forwardAnswer({ operation, asStream }, contentType);
  }
}
