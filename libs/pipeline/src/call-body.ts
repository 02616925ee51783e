import { restoreReasoning, type KeptReasoning } from '@turnpike/continuity';
import type { Address, Dialect, StateRequest } from '@turnpike/dialects';
import { GatewayError, isObject, parseJson } from '@turnpike/kernel';
import {
  estimateInput,
  inlineMedia,
  readMember,
  scanEnvelope,
  spliceBytes,
  withoutReasoning,
  type ChatRequest,
  type Envelope,
  type EnvelopeShape,
  type MediaSource,
} from '@turnpike/protocol';
import type { MediaFetcher, Target } from '@turnpike/provider';
import type { Answer } from './answers/answer';
import { readModel, readStream } from './asked-members';
import type { CallContext } from './call-context';
import { createAnswer, type AnswerSetting } from './create-answer';
import { gatherMedia, mayWantBytes, wantsBytes } from './gather-media';
import type { Asked, AttemptTarget } from './operations/asked';
import { removeMembers } from './passthrough-edits';
import { chooseLane, prepareCall, type PreparedCall } from './prepare-call';
import { reasoningTargetOf } from './reasoning-target-of';

/** Beginning of the base64 of a wrapped signature (`gw1:{`). */
const WRAPPED_PREFIX = Buffer.from('Z3cxOn');

export interface RecalledReasoning {
  /** Call ids that need not be looked up again. */
  readonly asked: Set<string>;
  readonly found: Map<string, KeptReasoning>;
}

/** A generation: the body as the envelope tells it, and the canonical form when somebody first needs it. */
export class CallBody implements Asked {
  readonly operation = 'generate';
  readonly model: string;
  readonly stream: boolean;
  readonly envelope: Envelope;
  /** What was looked up of the reasoning behind earlier calls. */
  recalled: RecalledReasoning | undefined;
  /** Whoever refused the reasoning in it: asked again, it is shown none. */
  reasoningRefusedBy: Target | undefined;
  /** How often a target named a member that it does not take. */
  membersRefused = 0;
  /** What the client said of state, in dialects whose servers remember. */
  readonly state: StateRequest | undefined;
  /** The body as the client sent it, where this one goes on from an earlier answer. */
  private original: CallBody | undefined;
  private wrapped: boolean | undefined;
  private canonicalForm: ChatRequest | undefined;
  /** Media that was fetched for targets that take no URLs. */
  private fetched: Map<string, MediaSource> | undefined;

  /** @throws GatewayError malformed_json; invalid_request: no usable model or stream flag, no turns. */
  constructor(
    bytes: Buffer,
    private readonly dialect: Dialect,
    private readonly shape: EnvelopeShape,
    /** What the URL says, in dialects that put it there. */
    private readonly address?: Address,
  ) {
    this.envelope = scanEnvelope(bytes, shape);
    this.model = address?.model ?? readModel(this.envelope);
    this.stream = address?.stream ?? readStream(this.envelope);
    this.state = dialect.conversation?.readState((name) => readMember(this.envelope, name));
    if (!hasTurns(this.envelope, shape.list) && this.state?.previousId === undefined) {
      throw new GatewayError('invalid_request', `"${shape.list}" must be a list with at least one element.`, {
        param: shape.list,
      });
    }
  }

  /** A signature that another vendor's was wrapped in stands in it: asked of the bytes once. */
  get holdsWrapped(): boolean {
    return (this.wrapped ??= this.envelope.bytes.includes(WRAPPED_PREFIX));
  }

  /** The conversation before was put in front: ids in it are unknown to every upstream. */
  get isContinued(): boolean {
    return this.original !== undefined;
  }

  /** The answer that the client goes on from. */
  get previousId(): string | undefined {
    return (this.original ?? this).state?.previousId;
  }

  /** The first user element, as the client wrote it: conversations are told apart by it. */
  get beginning(): Buffer | undefined {
    const { bytes, elements, firstUser, spans } = this.envelope;
    const span = firstUser ?? (elements < 0 ? spans.get(this.shape.list) : undefined);
    return span && bytes.subarray(span.start, span.end);
  }

  /** JSON text of a top-level member; of an empty list where it is absent. */
  memberText(name: string): string {
    const span = this.envelope.spans.get(name);
    return span === undefined ? '[]' : this.envelope.bytes.toString('utf8', span.start, span.end);
  }

  /** The same with these items, as JSON text, in place of the answer that it names and of its own. */
  continued(items: string): CallBody {
    const { envelope, dialect, shape, address } = this;
    const { itemsMember, previousMember } = dialect.conversation ?? { itemsMember: '', previousMember: '' };
    const edits = removeMembers(envelope, [previousMember]);
    const span = envelope.spans.get(itemsMember);
    // Without anything new of its own the request says `model` at least.
    const at = envelope.spans.get('model')?.nameStart ?? 0;
    edits.push(
      span
        ? { start: span.start, end: span.end, bytes: Buffer.from(items) }
        : { start: at, end: at, bytes: Buffer.from(`"${itemsMember}":${items},`) },
    );
    const body = new CallBody(spliceBytes(envelope.bytes, edits), dialect, shape, address);
    body.original = this;
    return body;
  }

  estimateInput(): number {
    return estimateInput(this.envelope);
  }

  gather(call: CallContext, { target }: AttemptTarget, media: MediaFetcher): Promise<unknown> | undefined {
    if (!mayWantBytes(target) || chooseLane(call, this, target) === 'passthrough') return undefined;
    return gatherMedia(this.canonical(), target, (this.fetched ??= new Map<string, MediaSource>()), media);
  }

  prepare(call: CallContext, at: AttemptTarget): PreparedCall {
    return prepareCall(call, this, at);
  }

  createAnswer(setting: AnswerSetting, contentType: string): Answer {
    return createAnswer(this, setting, contentType);
  }

  /** The same as one target has to be told it: media as bytes where it takes no URLs. */
  canonicalFor(target: Target): ChatRequest {
    const restored = this.restored(target);
    const request = this.reasoningRefusedBy === target ? withoutReasoning(restored) : restored;
    return this.fetched ? inlineMedia(request, wantsBytes(target), this.fetched) : request;
  }

  /** The canonical form with what was recalled and this target wants to see. @throws GatewayError invalid_request. */
  restored(target: Target): ChatRequest {
    const request = this.canonical();
    const { recalled } = this;
    return recalled ? restoreReasoning(request, recalled.found, reasoningTargetOf(target)) : request;
  }

  /** Decoded lazily and at most once: only a translate target needs it. @throws GatewayError invalid_request. */
  canonical(): ChatRequest {
    if (this.canonicalForm) return this.canonicalForm;
    const text = this.envelope.bytes.toString('utf8');
    const body = this.envelope.longNumbers ? parseJson(text) : (JSON.parse(text) as unknown);
    if (!isObject(body)) throw new GatewayError('invalid_request', 'The request body must be a JSON object.');
    return (this.canonicalForm = this.dialect.decodeRequest(body, this.address));
  }
}

/** A list with something in it; Responses and Gemini also take one text or one object. */
function hasTurns(envelope: Envelope, list: string): boolean {
  if (envelope.elements >= 0 || list === 'messages') return envelope.elements > 0;
  const span = envelope.spans.get(list);
  const first = span && envelope.bytes[span.start];
  return span !== undefined && span.end - span.start > 2 && (first === 0x22 || first === 0x7b);
}
