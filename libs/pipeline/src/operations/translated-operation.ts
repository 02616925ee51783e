import type { Address, OperationFront, OperationView, OperationWire } from '@turnpike/dialects';
import { GatewayError, stringifyJson } from '@turnpike/kernel';
import type { EnvelopeShape } from '@turnpike/protocol';
import { modelOnWire, wireOf, type OperationId, type Target, type WireIds } from '@turnpike/provider';
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
import { SeriesAnswer, type JoinAnswers } from './series-answer';

const notStreamed = ({ provider, model }: Target): GatewayError =>
  new GatewayError(
    'unsupported_content',
    `${provider.name} (model ${model}) answers this as a whole (gateway). Ask without stream.`,
    { param: 'stream' },
  );

/** What tells one translated operation from another. */
export interface OperationPlan<Request, Answered> {
  readonly operation: 'embeddings' | 'rerank' | 'image-generations';
  readonly front: OperationFront<Request, Answered>;
  /** What no request can do without, beside its list. */
  readonly required?: readonly string[];
  readonly wires: Readonly<Record<string, OperationWire<Request, Answered>>>;
  /** What goes up where the target spells it as the client does; undefined: it has to be translated all the same. */
  readonly forward: (body: JsonBody, target: Target, wire: string) => ForwardedBody | undefined;
  /** Whose path a wire takes, where it is another operation there. */
  readonly pathOf?: (wire: string) => OperationId;
  readonly reshape?: (body: JsonBody) => (answer: Buffer) => Buffer | string;
}

export interface ForwardedBody {
  readonly body: Buffer;
  readonly losses: readonly string[];
  /** Where the client asks at another path than translated requests go to. */
  readonly path?: (path: string) => string;
}

/** Embeddings and rerank: each vendor has a spelling of its own. */
export class TranslatedOperation<Request, Answered> implements Asked {
  readonly operation: keyof WireIds;
  readonly model: string;
  readonly stream: boolean;
  private readonly body: JsonBody;
  private request: Request | undefined;

  /** @throws GatewayError for a body that is wrong. */
  constructor(
    private readonly plan: OperationPlan<Request, Answered>,
    bytes: Buffer,
    shape: EnvelopeShape,
    address?: Address,
  ) {
    this.operation = plan.operation;
    this.body = new JsonBody(bytes, shape, address);
    this.model = this.body.model;
    this.stream = this.body.stream;
    for (const name of plan.required ?? []) this.body.requireMember(name);
  }

  estimateInput(): number {
    return this.body.estimateInput();
  }

  prepare(call: CallContext, { target }: AttemptTarget): PreparedCall {
    const { operation } = this.plan;
    const wire = wireOf(target, operation);
    if (wire === undefined) throw notOffered(target, operation);
    const path = pathOf(target, this.plan.pathOf?.(wire) ?? operation, this.stream);
    const forwarded = this.plan.forward(this.body, target, wire);
    const headers = buildUpstreamHeaders(target, call.clientHeaders, {
      sameDialect: forwarded !== undefined,
      stream: this.stream,
    });
    const rest = { headers, restoration: {}, hideUsage: false };
    if (forwarded) {
      const { body, losses } = forwarded;
      return { ...rest, lane: 'passthrough', path: forwarded.path?.(path) ?? path, body, losses };
    }
    if (this.stream) throw notStreamed(target);
    const { bodies, losses } = this.wire(wire).encode(this.decoded(), modelOnWire(target));
    const written = bodies.map((body) => Buffer.from(stringifyJson(body)));
    return { ...rest, lane: 'translate', path, body: written[0] ?? Buffer.alloc(0), bodies: written, losses };
  }

  createAnswer(setting: AnswerSetting, contentType: string): Answer {
    const { operation, reshape, front } = this.plan;
    const wire = wireOf(setting.target, operation);
    if (!setting.prepared.bodies || wire === undefined)
      return forwardAnswer(
        { operation, asStream: this.stream, ...(reshape && { reshape: reshape(this.body) }) },
        contentType,
      );
    const request = this.decoded();
    const { decode, refusal } = this.wire(wire);
    const join: JoinAnswers = (bodies, cost) =>
      front.encode(decode(bodies, request), { request, cost, view: this.view(setting) });
    return new SeriesAnswer(join, refusal);
  }

  private view({ attemptId, nowMs }: AnswerSetting): OperationView {
    return { id: attemptId.replaceAll('-', ''), model: this.model, createdAt: Math.floor(nowMs / 1000) };
  }

  private wire(id: string): OperationWire<Request, Answered> {
    const wire = this.plan.wires[id];
    if (!wire) throw new RangeError(`no wire is called "${id}"`);
    return wire;
  }

  private decoded(): Request {
    return (this.request ??= this.plan.front.decode(this.body.parsed()));
  }
}
