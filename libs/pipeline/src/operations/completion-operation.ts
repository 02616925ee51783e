import {
  createCompletionStreamEncoder,
  decodeCompletionRequest,
  encodeCompletion,
  UPSTREAM_DIALECTS,
  type AnswerView,
  type CompletionRequest,
  type Dialect,
} from '@turnpike/dialects';
import { GatewayError, stringifyJson } from '@turnpike/kernel';
import { readMember, restoreResponse, type EnvelopeShape } from '@turnpike/protocol';
import { modelOnWire, operationPath, wireOf, type Target } from '@turnpike/provider';
import type { Answer } from '../answers/answer';
import { StreamAsWhole } from '../answers/stream-as-whole';
import { TranslateStream } from '../answers/translate-stream';
import { JsonAsStream, WholeTranslate } from '../answers/whole-answer';
import type { CallContext } from '../call-context';
import { buildUpstreamHeaders } from '../client-headers';
import type { AnswerSetting } from '../create-answer';
import { pathOf } from '../endpoints';
import { askForUsage } from '../passthrough-edits';
import type { PreparedCall } from '../prepare-call';
import type { Asked, AttemptTarget } from './asked';
import { forwardAnswer } from './forward-answer';
import { JsonBody } from './json-body';
import { SeriesAnswer } from './series-answer';

/** Legacy completions: passed on to models that complete texts, asked of all others as a chat. */
export class CompletionOperation implements Asked {
  readonly operation = 'completions';
  readonly model: string;
  readonly stream: boolean;
  private readonly body: JsonBody;
  private request: CompletionRequest | undefined;

  /** @throws GatewayError for a body that is wrong. */
  constructor(bytes: Buffer, shape: EnvelopeShape) {
    this.body = new JsonBody(bytes, shape);
    this.model = this.body.model;
    this.stream = this.body.stream;
  }

  estimateInput(): number {
    return this.body.estimateInput();
  }

  prepare(call: CallContext, { target }: AttemptTarget): PreparedCall {
    return isNative(target) ? this.forward(call, target) : this.chat(call, target);
  }

  createAnswer(setting: AnswerSetting, contentType: string): Answer {
    const { stream } = this;
    const { prepared, target, call } = setting;
    if (prepared.lane === 'passthrough')
      return forwardAnswer(
        { operation: 'completions', hideUsage: prepared.hideUsage, asStream: stream },
        contentType,
      );
    const upstream = UPSTREAM_DIALECTS[target.dialect];
    if (prepared.bodies) return this.joined(setting);
    const options = {
      upstream,
      client: this.clientOf(call.dialect),
      capabilities: target.capabilities,
      vendor: target.provider.definition.vendor,
      restoration: prepared.restoration,
      view: this.view(setting),
      keeps: { calls: false, response: false },
    };
    const streamed =
      contentType.includes(upstream.framing?.contentType ?? 'event-stream') ||
      contentType.includes('event-stream');
    if (stream) return streamed ? new TranslateStream(options) : new JsonAsStream(options);
    return streamed ? new StreamAsWhole(options) : new WholeTranslate(options);
  }

  private forward(call: CallContext, target: Target): PreparedCall {
    const { stream, body } = this;
    const ask = stream && !target.capabilities.noStreamOptions ? askForUsage(body.envelope) : { hide: false };
    return {
      lane: 'passthrough',
      path: pathOf(target, 'completions', stream),
      headers: buildUpstreamHeaders(target, call.clientHeaders, { sameDialect: true, stream }),
      ...body.forwardTo(target, ask.edit ? [ask.edit] : []),
      restoration: {},
      hideUsage: ask.hide,
    };
  }

  /** One chat per prompt: several are several exchanges of one attempt. */
  private chat(call: CallContext, target: Target): PreparedCall {
    const { stream } = this;
    const request = this.decoded();
    const encoded = request.chats.map((chat) =>
      UPSTREAM_DIALECTS[target.dialect].encodeRequest(chat, {
        model: modelOnWire(target),
        capabilities: target.capabilities,
        vendor: target.provider.definition.vendor,
      }),
    );
    const [first] = encoded;
    if (!first) throw new GatewayError('invalid_request', '"prompt" must not be empty.', { param: 'prompt' });
    const bodies = encoded.map(({ body }) => Buffer.from(stringifyJson(body)));
    return {
      lane: 'translate',
      path: pathOf(target, 'generate', stream),
      headers: buildUpstreamHeaders(target, call.clientHeaders, { sameDialect: false, stream }),
      body: bodies[0] ?? Buffer.alloc(0),
      ...(bodies.length > 1 && { bodies }),
      losses: [...new Set([...request.losses, ...first.losses])],
      // The prompts differ in their text alone, so the same has to be restored in each answer.
      restoration: first.restoration,
      hideUsage: false,
    };
  }

  private joined(setting: AnswerSetting): Answer {
    const { target, prepared } = setting;
    const { prompts, echo } = this.decoded();
    const upstream = UPSTREAM_DIALECTS[target.dialect];
    const { vendor } = target.provider.definition;
    return new SeriesAnswer((bodies) => {
      const answers = bodies.map((body, i) => ({
        response: restoreResponse(upstream.decodeResponse(body, vendor), prepared.restoration),
        prefix: echo ? (prompts[i] ?? '') : '',
      }));
      return encodeCompletion(answers, this.view(setting));
    });
  }

  /** The client's side of a chat answer, spelled as a completion. */
  private clientOf(dialect: Dialect): Dialect {
    const { prompts, echo } = this.decoded();
    const prefix = echo ? (prompts[0] ?? '') : '';
    return {
      ...dialect,
      encodeResponse: (response, view) => encodeCompletion([{ response, prefix }], view),
      createStreamEncoder: (view) => createCompletionStreamEncoder(view, prefix),
    };
  }

  private view({ attemptId, nowMs, inputEstimate }: AnswerSetting): AnswerView {
    const options = readMember(this.body.envelope, 'stream_options') as
      { include_usage?: unknown } | null | undefined;
    return {
      id: attemptId.replaceAll('-', ''),
      model: this.model,
      createdAt: Math.floor(nowMs / 1000),
      includeUsage: !this.stream || options?.include_usage === true,
      inputEstimate,
    };
  }

  private decoded(): CompletionRequest {
    return (this.request ??= decodeCompletionRequest(this.body.parsed()));
  }
}

const isNative = (target: Target): boolean =>
  wireOf(target, 'completions') === 'native' && operationPath(target, 'completions') !== undefined;
