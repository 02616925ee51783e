import type { JsonObject } from '@turnpike/kernel';
import type { Restoration } from '@turnpike/protocol';
import { outputInstruction } from '../../schema';
import { toClassicSchema } from './classic-schema';
import type { GeminiEncoding } from './gemini-encoding';

const JSON_TYPE = 'application/json';

/** What structured output becomes here. */
export interface EncodedFormat {
  /** Members of `generationConfig`. */
  readonly members: JsonObject;
  readonly instruction?: string;
  readonly restoration?: Restoration;
}

/** A mode of the model, or words. */
export function encodeFormat({ request, capabilities, losses }: GeminiEncoding): EncodedFormat {
  const { format } = request;
  if (!format || format.kind === 'text') return { members: {} };
  const mode = capabilities.structuredOutput ?? 'schema';
  const excluded = capabilities.jsonWithTools === false && request.tools.length > 0;
  if (mode === 'none' || excluded || (mode === 'json' && format.schema)) {
    losses.add('emulated:response_format');
    return {
      members: mode === 'json' && !excluded ? { responseMimeType: JSON_TYPE } : {},
      instruction: outputInstruction(format),
      restoration: { stripFences: true },
    };
  }
  if (!format.schema) return { members: { responseMimeType: JSON_TYPE } };
  const { $schema: _dialect, ...schema } = format.schema;
  const classic = capabilities.jsonSchema === false;
  const member = classic ? { responseSchema: toClassicSchema(schema) } : { responseJsonSchema: schema };
  return { members: { responseMimeType: JSON_TYPE, ...member } };
}
