import { stringifyJson, type JsonObject } from '@turnpike/kernel';
import { compact, type OutputFormat, type Restoration } from '@turnpike/protocol';
import {
  OUTPUT_TOOL,
  OUTPUT_TOOL_DESCRIPTION,
  outputInstruction,
  outputTool,
  toClosedSchema,
} from '../../schema';
import type { ConverseEncoding } from './converse-encoding';

/** What structured output becomes here. */
export interface EncodedFormat {
  readonly outputConfig?: JsonObject;
  readonly toolConfig?: JsonObject;
  readonly instruction?: string;
  readonly restoration?: Restoration;
}

const DEFAULT_NAME = 'response';
const NAME_LENGTH = 64;

/** The schema travels as text. */
function nativeFormat(format: OutputFormat, wanted: JsonObject, encoding: ConverseEncoding): EncodedFormat {
  const { schema, simplified } = toClosedSchema(wanted);
  if (simplified) encoding.losses.add('simplified:schema');
  const name = (format.name ?? DEFAULT_NAME).replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, NAME_LENGTH);
  const jsonSchema = compact<JsonObject>({
    schema: stringifyJson(schema),
    name: name || DEFAULT_NAME,
    description: format.description || undefined,
  });
  return { outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } } };
}

function hiddenTool(wanted: JsonObject): EncodedFormat {
  const { schema, unwrapValue } = outputTool(wanted);
  const toolSpec = {
    name: OUTPUT_TOOL,
    description: OUTPUT_TOOL_DESCRIPTION,
    inputSchema: { json: schema },
  };
  return {
    toolConfig: { tools: [{ toolSpec }], toolChoice: { tool: { name: OUTPUT_TOOL } } },
    restoration: { hiddenTool: { name: OUTPUT_TOOL, unwrapValue } },
  };
}

const canForceTool = ({ request, capabilities }: ConverseEncoding): boolean =>
  request.tools.length === 0 &&
  capabilities.toolChoice !== false &&
  (request.reasoning === undefined || request.reasoning.effort === 'none') &&
  !request.turns.some((turn) => turn.parts.some((part) => part.kind === 'call'));

/** A native schema, or a hidden tool, or words: what the model has. It has no mode for JSON without a schema. */
export function encodeFormat(encoding: ConverseEncoding): EncodedFormat {
  const { request, capabilities, losses } = encoding;
  const { format } = request;
  if (!format || format.kind === 'text') return {};
  if (format.schema && (capabilities.structuredOutput ?? 'schema') === 'schema')
    return nativeFormat(format, format.schema, encoding);
  losses.add('emulated:response_format');
  if (format.schema && canForceTool(encoding)) return hiddenTool(format.schema);
  return { instruction: outputInstruction(format), restoration: { stripFences: true } };
}
