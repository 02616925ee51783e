import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { scanEnvelope, type Envelope, type EnvelopeShape, type VendorError } from '@turnpike/protocol';
import { readVendorError } from '../../answer';
import type { OperationCost } from '../operation-wire';
import { readCost } from './read-cost';

/** Members that are an answer, each in some operation. */
const SAID = [
  'data',
  'results',
  'choices',
  'embeddings',
  'embedding',
  'predictions',
  'text',
  'images',
  'output',
];

/** Members that tell what the answer cost, by their names without case. */
const COST_MEMBERS: Readonly<Record<string, string>> = {
  usage: 'usage',
  usagemetadata: 'usageMetadata',
  meta: 'meta',
  duration: 'duration',
};

const SHAPE: EnvelopeShape = { list: 'data', members: [...SAID, ...Object.keys(COST_MEMBERS), 'error'] };

/** What a whole JSON answer says about itself. */
export interface JsonAnswerReading extends OperationCost {
  /** It answers. */
  readonly content: boolean;
  /** Of the list `data`. */
  readonly elements: number;
  /** An error inside a 200. */
  readonly error?: VendorError;
}

function memberOf({ bytes, spans }: Envelope, name: string): Json | undefined {
  const span = spans.get(name);
  return span && (JSON.parse(bytes.toString('utf8', span.start, span.end)) as Json);
}

const isNull = ({ bytes, spans }: Envelope, name: string): boolean => {
  const span = spans.get(name);
  return (
    span === undefined || bytes.toString('latin1', span.start, Math.min(span.end, span.start + 4)) === 'null'
  );
};

/**
 * Reads the answer of an operation without building its vectors or pictures: they may be tens of megabytes.
 * @throws GatewayError when the body is no JSON object.
 */
export function readJsonAnswer(body: Buffer): JsonAnswerReading {
  const envelope = scanEnvelope(body, SHAPE);
  const error = memberOf(envelope, 'error');
  if (isObject(error) || (typeof error === 'string' && error !== ''))
    return { content: false, elements: 0, error: readVendorError(error) };
  const told: JsonObject = Object.fromEntries(
    Object.entries(COST_MEMBERS).map(([name, written]) => [written, memberOf(envelope, name)]),
  );
  return {
    ...readCost(told),
    elements: Math.max(0, envelope.elements),
    content: SAID.some((name) => !isNull(envelope, name)),
  };
}
