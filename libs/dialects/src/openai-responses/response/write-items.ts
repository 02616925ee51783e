import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import {
  wrapSignature,
  type BlockContent,
  type CallPart,
  type Phase,
  type Signature,
} from '@turnpike/protocol';
import { areWholeArguments } from '../../answer';
import { VENDOR } from '../responses-name';
import { writeAnnotations } from '../../openai-content/annotations';

/** Characters that this dialect takes in `call_id`. */
export const RESPONSES_CALL_ID = /^[\x21-\x7e]{1,64}$/;

/** Ids of items: their kind's prefix, the answer's id and a position, so that no two are alike. */
export const itemId = (
  prefix: 'msg' | 'rs' | 'fc' | 'ctc' | 'ig' | 'cmp' | 'it',
  answerId: string,
  n: number,
): string => `${prefix}_${answerId}${String(n).padStart(4, '0')}`;

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export const writeMessage = (
  { id, phase }: { readonly id: string; readonly phase?: Phase },
  status: ItemStatus,
  content: JsonObject[],
): JsonObject => ({
  id,
  type: 'message',
  status,
  role: 'assistant',
  content,
  ...(phase === undefined ? {} : { phase }),
});

export const writeOutputText = (text: string, citations: readonly Json[]): JsonObject => ({
  type: 'output_text',
  text,
  annotations: writeAnnotations(citations, text.length),
  logprobs: [],
});

export const writeRefusal = (text: string): JsonObject => ({ type: 'refusal', refusal: text });

export const writeSummary = (text: string): JsonObject => ({ type: 'summary_text', text });

/** Proof of reasoning as it can come back: the vendor's own, or another vendor's in a wrapping of ours. */
export function writeEncrypted(signature: Signature, text: string): string {
  if (signature.vendor === VENDOR) return signature.value;
  const kind = text === '' ? 'reasoning' : 'thinking';
  return wrapSignature({ vendor: signature.vendor, kind, value: signature.value });
}

/** A call has no place for a signature: it travels in a reasoning item before it. */
export const writeCallProof = (id: string, { vendor, value }: Signature, callId: string): JsonObject =>
  writeReasoning(id, '', wrapSignature({ vendor, kind: 'call', value, callId }));

/** Encrypted thinking without text is always Anthropic's. */
export const writeRedacted = (data: string): string =>
  wrapSignature({ vendor: 'anthropic', kind: 'redacted', value: data });

export const writeReasoning = (id: string, text: string, encrypted: string | undefined): JsonObject => ({
  id,
  type: 'reasoning',
  summary: text === '' ? [] : [writeSummary(text)],
  ...(encrypted === undefined ? {} : { encrypted_content: encrypted }),
});

/** Members of a call's item; `args` is what it has so far. */
export function writeCall(
  head: Pick<CallPart, 'name' | 'tool' | 'namespace'>,
  ids: { readonly id: string; readonly callId: string },
  args: string,
  begun: boolean,
): JsonObject {
  const custom = head.tool === 'custom';
  const whole = custom || areWholeArguments(args);
  return {
    id: ids.id,
    type: custom ? 'custom_tool_call' : 'function_call',
    status: begun ? 'in_progress' : whole ? 'completed' : 'incomplete',
    call_id: ids.callId,
    name: head.name,
    ...(head.namespace === undefined ? {} : { namespace: head.namespace }),
    [custom ? 'input' : 'arguments']: args,
  };
}

export const writeDrawnImage = (id: string, data: string): JsonObject => ({
  id,
  type: 'image_generation_call',
  status: 'completed',
  result: data,
});

export const opaquePrefix = (raw: Json): 'cmp' | 'it' =>
  isObject(raw) && raw.type === 'compaction' ? 'cmp' : 'it';

/** An item of the vendor's own; undefined for other vendors' blocks, which have no place here. */
export function writeOpaque(
  part: Pick<Extract<BlockContent, { kind: 'opaque' }>, 'vendor' | 'raw'>,
  id: string,
): JsonObject | undefined {
  if (part.vendor !== VENDOR || !isObject(part.raw) || typeof part.raw.type !== 'string') return undefined;
  return { ...part.raw, id };
}
