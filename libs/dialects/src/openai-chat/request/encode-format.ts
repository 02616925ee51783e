import type { JsonObject } from '@turnpike/kernel';
import { compact, type OutputFormat, type Restoration } from '@turnpike/protocol';
import { OUTPUT_TOOL, OUTPUT_TOOL_DESCRIPTION, outputInstruction, outputTool } from '../../schema';
import type { ChatEncoding } from './chat-encoding';

/** Members of the body for structured output, or what stands in for them. */
export interface EncodedFormat {
  readonly members: JsonObject;
  readonly instruction?: string;
  readonly restoration?: Restoration;
}

const DEFAULT_NAME = 'response';
const NAME_LENGTH = 64;

function nativeSchema(format: OutputFormat): JsonObject {
  const name =
    (format.name ?? DEFAULT_NAME).replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, NAME_LENGTH) || DEFAULT_NAME;
  const { schema, strict, description } = format;
  return { type: 'json_schema', json_schema: compact<JsonObject>({ name, description, schema, strict }) };
}

function hiddenTool(schema: JsonObject): EncodedFormat {
  const { schema: parameters, unwrapValue } = outputTool(schema);
  const definition = { name: OUTPUT_TOOL, description: OUTPUT_TOOL_DESCRIPTION, parameters };
  return {
    members: {
      tools: [{ type: 'function', function: definition }],
      tool_choice: { type: 'function', function: { name: OUTPUT_TOOL } },
    },
    restoration: { hiddenTool: { name: OUTPUT_TOOL, unwrapValue } },
  };
}

const canForceTool = ({ request, capabilities }: ChatEncoding): boolean =>
  request.tools.length === 0 &&
  capabilities.toolChoice !== false &&
  (request.reasoning === undefined || request.reasoning.effort === 'none') &&
  !request.turns.some((turn) => turn.parts.some((part) => part.kind === 'call'));

/** `response_format`, or a hidden tool, or words: what the model has. */
export function encodeFormat(encoding: ChatEncoding): EncodedFormat {
  const { format } = encoding.request;
  if (!format) return { members: {} };
  if (format.kind === 'text')
    return { members: encoding.sameDialect ? { response_format: { type: 'text' } } : {} };
  const mode =
    encoding.capabilities.structuredOutput ??
    (encoding.capabilities.minimalFields === true ? 'none' : 'schema');
  if (format.kind === 'schema' && mode === 'schema')
    return { members: { response_format: nativeSchema(format) } };
  if (format.kind === 'json' && mode !== 'none')
    return { members: { response_format: { type: 'json_object' } } };
  encoding.losses.add('emulated:response_format');
  if (mode === 'none' && format.schema && canForceTool(encoding)) return hiddenTool(format.schema);
  return {
    members: mode === 'none' ? {} : { response_format: { type: 'json_object' } },
    instruction: outputInstruction(format),
    restoration: { stripFences: true },
  };
}
