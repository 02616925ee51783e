import type { Address, Dialect } from '@turnpike/dialects';
import { GatewayError, isObject, parseJson } from '@turnpike/kernel';
import {
  readMember,
  scanEnvelope,
  type ChatRequest,
  type Envelope,
  type EnvelopeShape,
} from '@turnpike/protocol';

/** The body as the envelope tells it, and the canonical form when somebody first needs it. */
export class CallBody {
  readonly model: string;
  readonly stream: boolean;
  readonly envelope: Envelope;
  private canonicalForm: ChatRequest | undefined;

  /** @throws GatewayError malformed_json; invalid_request: no usable model or stream flag, no turns. */
  constructor(
    bytes: Buffer,
    private readonly dialect: Dialect,
    shape: EnvelopeShape,
    /** What the URL says, in dialects that put it there. */
    private readonly address?: Address,
  ) {
    this.envelope = scanEnvelope(bytes, shape);
    this.model = address?.model ?? readModel(this.envelope);
    this.stream = address?.stream ?? readStream(this.envelope);
    if (!hasTurns(this.envelope, shape.list)) {
      throw new GatewayError('invalid_request', `"${shape.list}" must be a list with at least one element.`, {
        param: shape.list,
      });
    }
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

function readModel(envelope: Envelope): string {
  const model = readMember(envelope, 'model');
  if (typeof model === 'string' && model.length > 0) return model;
  const what = model === undefined ? 'is missing' : model === '' ? 'is empty' : 'is not a string';
  throw new GatewayError(
    'invalid_request',
    `"model" ${what}. Name one of the models that GET /v1/models lists.`,
    { param: 'model' },
  );
}

function readStream(envelope: Envelope): boolean {
  const stream = readMember(envelope, 'stream');
  if (stream === undefined || stream === null) return false;
  if (typeof stream === 'boolean') return stream;
  throw new GatewayError('invalid_request', '"stream" must be true or false.', { param: 'stream' });
}
