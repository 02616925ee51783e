import type { JsonObject } from '@turnpike/kernel';
import type { Restoration } from '@turnpike/protocol';
import { outputInstruction, toObjectSchema } from '../../schema';
import type { UpstreamEncoding } from '../../upstream-only';

export interface EncodedFormat {
  readonly format?: JsonObject;
  readonly instruction?: string;
  readonly restoration?: Restoration;
}

/** The vendor takes a format or tools, not both: beside tools, words ask for JSON. */
export function encodeFormat(withTools: boolean, encoding: UpstreamEncoding): EncodedFormat {
  const { request, capabilities, losses } = encoding;
  const { format } = request;
  if (!format || format.kind === 'text') return {};
  const mode = withTools ? 'none' : (capabilities.structuredOutput ?? 'schema');
  const isObjectSchema = format.schema?.type === 'object';
  if (format.schema && isObjectSchema && mode === 'schema')
    return { format: { type: 'json_object', schema: toObjectSchema(format.schema) } };
  if (!format.schema && mode !== 'none') return { format: { type: 'json_object' } };
  losses.add('emulated:response_format');
  const json =
    mode === 'none' || (format.schema && !isObjectSchema) ? {} : { format: { type: 'json_object' } };
  return { ...json, instruction: outputInstruction(format), restoration: { stripFences: true } };
}
