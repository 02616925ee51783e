import type { JsonObject } from '@turnpike/kernel';
import { compact, type OutputFormat, type Restoration } from '@turnpike/protocol';
import { OUTPUT_TOOL, OUTPUT_TOOL_DESCRIPTION, outputInstruction, outputTool } from '../../schema';
import type { ResponsesEncoding } from './responses-encoding';

/** `text.format`, or what stands in for it. */
export interface EncodedFormat {
  readonly format?: JsonObject;
  /** Tool members, where a hidden tool carries the answer. */
  readonly members?: JsonObject;
  readonly instruction?: string;
  readonly restoration?: Restoration;
}

const DEFAULT_NAME = 'response';
const NAME_LENGTH = 64;

function nativeSchema(format: OutputFormat): JsonObject {
  const name =
    (format.name ?? DEFAULT_NAME).replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, NAME_LENGTH) || DEFAULT_NAME;
  const { schema, strict, description } = format;
  return compact<JsonObject>({ type: 'json_schema', name, description, schema, strict });
}

function hiddenTool(schema: JsonObject): EncodedFormat {
  const { schema: parameters, unwrapValue } = outputTool(schema);
  const tool = {
    type: 'function',
    name: OUTPUT_TOOL,
    description: OUTPUT_TOOL_DESCRIPTION,
    parameters,
    strict: false,
  };
  return {
    members: { tools: [tool], tool_choice: { type: 'function', name: OUTPUT_TOOL } },
    restoration: { hiddenTool: { name: OUTPUT_TOOL, unwrapValue } },
  };
}

const canForceTool = ({ request, capabilities }: ResponsesEncoding): boolean =>
  request.tools.length === 0 &&
  capabilities.toolChoice !== false &&
  (request.reasoning === undefined || request.reasoning.effort === 'none') &&
  !request.turns.some((turn) => turn.parts.some((part) => part.kind === 'call'));

/** Structured output natively, by a hidden tool, or in words: what the model has. */
export function encodeFormat(encoding: ResponsesEncoding): EncodedFormat {
  const { format } = encoding.request;
  const { structuredOutput, minimalFields } = encoding.capabilities;
  if (!format) return {};
  if (format.kind === 'text') return encoding.sameDialect ? { format: { type: 'text' } } : {};
  const mode = structuredOutput ?? (minimalFields === true ? 'none' : 'schema');
  if (format.kind === 'schema' && mode === 'schema') return { format: nativeSchema(format) };
  if (format.kind === 'json' && mode !== 'none') return { format: { type: 'json_object' } };
  encoding.losses.add('emulated:text.format');
  if (mode === 'none' && format.schema && canForceTool(encoding)) return hiddenTool(format.schema);
  return {
    ...(mode === 'none' ? {} : { format: { type: 'json_object' } }),
    instruction: outputInstruction(format),
    restoration: { stripFences: true },
  };
}
