import type { JsonObject } from '@turnpike/kernel';
import type { Restoration } from '@turnpike/protocol';
import {
  OUTPUT_TOOL,
  OUTPUT_TOOL_DESCRIPTION,
  outputInstruction,
  outputTool,
  toClosedSchema,
} from '../../schema';
import type { MessagesEncoding } from './messages-encoding';

/** What structured output becomes here. */
export interface EncodedFormat {
  /** `output_config.format`. */
  readonly format?: JsonObject;
  readonly tools?: JsonObject;
  readonly instruction?: string;
  readonly restoration?: Restoration;
}

function hiddenTool(wanted: JsonObject): EncodedFormat {
  const { schema, unwrapValue } = outputTool(wanted);
  return {
    tools: {
      tools: [{ name: OUTPUT_TOOL, description: OUTPUT_TOOL_DESCRIPTION, input_schema: schema }],
      tool_choice: { type: 'tool', name: OUTPUT_TOOL },
    },
    restoration: { hiddenTool: { name: OUTPUT_TOOL, unwrapValue } },
  };
}

const canForceTool = ({ request }: MessagesEncoding): boolean =>
  request.tools.length === 0 &&
  (request.reasoning === undefined || request.reasoning.effort === 'none') &&
  !request.turns.some((turn) => turn.parts.some((part) => part.kind === 'call'));

/** A native schema, or a hidden tool, or words: what the model has. It has no mode for JSON without a schema. */
export function encodeFormat(encoding: MessagesEncoding): EncodedFormat {
  const { request, capabilities, sameDialect, losses } = encoding;
  const { format } = request;
  if (!format || format.kind === 'text') return {};
  const native = (capabilities.structuredOutput ?? 'schema') === 'schema';
  if (format.schema && native) {
    if (sameDialect) return { format: { type: 'json_schema', schema: format.schema } };
    const { schema, simplified } = toClosedSchema(format.schema);
    if (simplified) losses.add('simplified:schema');
    return { format: { type: 'json_schema', schema } };
  }
  losses.add('emulated:response_format');
  if (format.schema && canForceTool(encoding)) return hiddenTool(format.schema);
  return { instruction: outputInstruction(format), restoration: { stripFences: true } };
}
