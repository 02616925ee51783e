import type { Address } from '@turnpike/dialects';
import { GatewayError, isObject, parseJson, type JsonObject } from '@turnpike/kernel';
import {
  estimateInput,
  scanEnvelope,
  spliceBytes,
  type Edit,
  type Envelope,
  type EnvelopeShape,
  type Loss,
} from '@turnpike/protocol';
import { modelOnWire, type Target } from '@turnpike/provider';
import { readModel, readStream } from '../asked-members';
import { removeMembers, renameModel } from '../passthrough-edits';

const COMMA = 0x2c;
const BRACKET = 0x5b;
const NOTHING: ReadonlySet<string> = new Set(['null', '""', '[]', '{}']);
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** A JSON request of an operation: scanned once, parsed when somebody has to read on. */
export class JsonBody {
  readonly model: string;
  readonly stream: boolean;
  readonly envelope: Envelope;
  private json: JsonObject | undefined;

  /** @throws GatewayError malformed_json; invalid_request: no usable model or stream flag, nothing to work on. */
  constructor(
    bytes: Buffer,
    private readonly shape: EnvelopeShape,
    address?: Address,
  ) {
    this.envelope = scanEnvelope(bytes, shape);
    this.model = address?.model ?? readModel(this.envelope);
    this.stream = readStream(this.envelope);
    if (!address) this.requireMember(shape.list);
  }

  estimateInput(): number {
    return Math.max(estimateInput(this.envelope), this.countTokenIds());
  }

  /** @throws GatewayError invalid_request. */
  parsed(): JsonObject {
    if (this.json) return this.json;
    const text = this.envelope.bytes.toString('utf8');
    const body = this.envelope.longNumbers ? parseJson(text) : (JSON.parse(text) as unknown);
    if (!isObject(body)) throw new GatewayError('invalid_request', 'The request body must be a JSON object.');
    return (this.json = body);
  }

  has(member: string): boolean {
    return this.envelope.spans.has(member);
  }

  /** The client's bytes with the model's name changed, and without the members that would route at the provider. */
  forwardTo(
    target: Target,
    edits: readonly Edit[] = [],
  ): { readonly body: Buffer; readonly losses: readonly Loss[] } {
    const renamed = renameModel(this.envelope, this.model, modelOnWire(target));
    const routing = (target.provider.definition.quirks?.routingMembers ?? []).filter((name) =>
      this.has(name),
    );
    const all = [...edits, ...(renamed ? [renamed] : []), ...removeMembers(this.envelope, routing)];
    return { body: spliceBytes(this.envelope.bytes, all), losses: routing.map((name) => `dropped:${name}`) };
  }

  /** @throws GatewayError invalid_request: the member is missing or empty. */
  requireMember(name: string): void {
    const span = this.envelope.spans.get(name);
    const { bytes } = this.envelope;
    const short = span && span.end - span.start <= 4 ? bytes.toString('latin1', span.start, span.end) : '';
    if (span && !NOTHING.has(short.replace(/\s/g, ''))) return;
    throw new GatewayError('invalid_request', `"${name}" ${span ? 'must not be empty' : 'is required'}.`, {
      param: name,
    });
  }

  /** Inputs can be token ids: they have no text, and each of them is a token. */
  private countTokenIds(): number {
    const span = this.envelope.spans.get(this.shape.list);
    const { bytes } = this.envelope;
    if (!span || bytes[span.start] !== BRACKET) return 0;
    let at = span.start + 1;
    while (at < span.end && (bytes[at] === BRACKET || (bytes[at] ?? 0) <= 0x20)) at++;
    if (!isDigit(bytes[at])) return 0;
    let ids = 1;
    for (; at < span.end; at++) if (bytes[at] === COMMA) ids++;
    return ids;
  }
}
