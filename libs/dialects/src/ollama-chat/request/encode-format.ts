import type { JsonObject } from '@turnpike/kernel';
import type { Restoration } from '@turnpike/protocol';
import { outputInstruction } from '../../schema';
import type { UpstreamEncoding } from '../../upstream-only';

export interface EncodedFormat {
  /** `"json"` or a schema. */
  readonly format?: string | JsonObject;
  readonly instruction?: string;
  readonly restoration?: Restoration;
}

/** `format` binds every token of the answer, so that no tool could be called beside it: then words ask for JSON. */
export function encodeFormat(withTools: boolean, encoding: UpstreamEncoding): EncodedFormat {
  const { request, capabilities, losses } = encoding;
  const { format } = request;
  if (!format || format.kind === 'text') return {};
  const mode = withTools ? 'none' : (capabilities.structuredOutput ?? 'schema');
  if (format.schema && mode === 'schema') return { format: format.schema };
  if (!format.schema && mode !== 'none') return { format: 'json' };
  losses.add('emulated:response_format');
  return {
    ...(mode === 'none' ? {} : { format: 'json' }),
    instruction: outputInstruction(format),
    restoration: { stripFences: true },
  };
}
