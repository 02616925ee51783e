import { isObject, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import {
  compact,
  describeJson,
  otherMembers,
  readBoolean,
  readString,
  refuse,
  requireObject,
  requireString,
  type CallPart,
  type OpaquePart,
  type Part,
  type ResultPart,
} from '@turnpike/protocol';
import { VENDOR } from '../gemini-id';
import { argsText } from '../response/read-parts';
import { camelMembers, readPartSignature, type PartSignature } from '../wire';
import { decodeBlob, decodeFile } from './decode-media';

const members = (words: string): ReadonlySet<string> => new Set(words.split(' '));
const MEDIA = members('inlineData fileData thought thoughtSignature text');
const CALL = members('name args');
const RESULT = members('name parts');
const FRAME = members('thought thoughtSignature');

/** `parts` of a content; a bare part is a list of one, a string is a text. */
export function decodeParts(value: Json | undefined, param: string): Part[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return [{ kind: 'text', text: value }];
  if (isObject(value)) return decodePart(value, param);
  if (!Array.isArray(value)) refuse(param, `must be an array of parts, not ${describeJson(value)}`);
  return value.flatMap((part, i) => decodePart(part, `${param}[${i}]`));
}

function decodePart(value: Json, param: string): Part[] {
  if (typeof value === 'string') return [{ kind: 'text', text: value }];
  const part = camelMembers(requireObject(value, param));
  const thought = readBoolean(part.thought, `${param}.thought`) === true;
  const signed = readPartSignature(
    readString(part.thoughtSignature, `${param}.thoughtSignature`) ?? '',
    thought,
  );
  const said = saidOf(part, thought, signed, param);
  return [...(signed.rider ? [signed.rider] : []), ...(said ? [said] : [])];
}

/** undefined: nothing but a signature that was a rider, or nothing at all. */
function saidOf(part: JsonObject, thought: boolean, { own }: PartSignature, param: string): Part | undefined {
  if (part.functionCall)
    return { ...decodeCall(part.functionCall, `${param}.functionCall`), ...(own && { signature: own }) };
  if (part.functionResponse) return decodeResult(part.functionResponse, `${param}.functionResponse`);
  if (part.inlineData || part.fileData) return decodeMedia(part, param);
  const text = readString(part.text, `${param}.text`) ?? '';
  if (thought)
    return text === '' && !own ? undefined : compact<Part>({ kind: 'reasoning', text, signature: own });
  if (text === '' && own) return { kind: 'reasoning', signature: own };
  if (part.text !== undefined && part.text !== null)
    return compact<Part>({ kind: 'text', text, signature: own });
  return decodeOpaque(part);
}

function decodeMedia(part: JsonObject, param: string): Part {
  const beside = otherMembers(part, MEDIA);
  if (part.inlineData) {
    const at = `${param}.inlineData`;
    return decodeBlob(camelMembers(requireObject(part.inlineData, at)), beside, at);
  }
  const at = `${param}.fileData`;
  return decodeFile(camelMembers(requireObject(part.fileData, at)), beside, at);
}

function decodeCall(value: Json, param: string): CallPart {
  const call = camelMembers(requireObject(value, param));
  const name = requireString(call.name, `${param}.name`);
  if (name === '') refuse(`${param}.name`, 'must not be empty');
  const { args } = call;
  if (args !== undefined && args !== null && typeof args !== 'string' && !isObject(args))
    refuse(`${param}.args`, `must be an object, not ${describeJson(args)}`);
  return compact<CallPart>({
    kind: 'call',
    id: readString(call.id, `${param}.id`) ?? '',
    name,
    args: argsText(args),
    tool: 'function',
    native: otherMembers(call, CALL),
  });
}

/** The words of a `response`: a sole text stands for itself, everything else is told as JSON. */
function responseText(response: JsonObject): { readonly text: string; readonly isError?: true } {
  const [only, ...more] = Object.entries(response);
  if (!only) return { text: '' };
  const [name, value] = only;
  const failed = more.length === 0 && name === 'error' ? { isError: true as const } : {};
  const sole = more.length === 0 && (name === 'output' || name === 'result' || name === 'error');
  if (sole && typeof value === 'string') return { text: value, ...failed };
  return { text: stringifyJson(failed.isError ? (value ?? null) : response), ...failed };
}

function decodeResult(value: Json, param: string): ResultPart {
  const result = camelMembers(requireObject(value, param));
  const { response } = result;
  const given = isObject(response) ? response : { output: response ?? '' };
  const { text, isError } = responseText(given);
  const media = decodeParts(result.parts, `${param}.parts`);
  return compact<ResultPart>({
    kind: 'result',
    callId: readString(result.id, `${param}.id`) ?? '',
    name: requireString(result.name, `${param}.name`),
    isError,
    parts: text === '' && media.length > 0 ? media : [{ kind: 'text', text }, ...media],
    native: { ...otherMembers(result, RESULT), response: given },
  });
}

const textIn = (value: Json | undefined, name: string): string | undefined => {
  const text = isObject(value) ? value[name] : undefined;
  return typeof text === 'string' ? text : undefined;
};

/** Parts that only the vendor understands; what its own interpreter ran is told in words elsewhere. */
function decodeOpaque(part: JsonObject): OpaquePart | undefined {
  const { thoughtSignature: _signature, ...raw } = part;
  const code = textIn(part.executableCode, 'code');
  const output = textIn(part.codeExecutionResult, 'output');
  const text = code ?? output;
  if (text !== undefined) return { kind: 'opaque', vendor: VENDOR, raw, text };
  const known =
    'executableCode' in part || 'codeExecutionResult' in part || 'toolCall' in part || 'toolResponse' in part;
  const name = Object.keys(raw).find(
    (member) => !FRAME.has(member) && raw[member] !== undefined && raw[member] !== null,
  );
  if (name === undefined) return undefined;
  return { kind: 'opaque', vendor: VENDOR, raw, ...(known ? {} : { essential: true }) };
}
