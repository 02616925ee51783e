import type { JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText, objectsOf } from '../wire/member-rules';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';

const DATA = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
] as const;

const say = (at: string, words: string): VendorError =>
  complain('', `* GenerateContentRequest.${at}: ${words}\n`);

function checkBlob(blob: JsonObject, at: string): VendorError | undefined {
  if (!/^[\w.+-]+\/[\w.+-]+(;.*)?$/.test(asText(blob.mimeType)))
    return complain('', `Unable to submit request because it must have a mime_type in '${at}'.`);
  return asText(blob.data)
    ? undefined
    : complain('', `Unable to process input image. Empty data in '${at}'.`);
}

function checkResponse(response: JsonObject, at: string): VendorError | undefined {
  if (!response.name) return say(`${at}.function_response.name`, 'Name cannot be empty.');
  if (!isObject(response.response)) return say(`${at}.function_response.response`, 'must be set');
  for (const part of objectsOf(response.parts)) {
    const problem = isObject(part.inlineData) ? checkBlob(part.inlineData, at) : undefined;
    if (problem) return problem;
  }
  return undefined;
}

function checkPart(part: JsonObject, at: string): VendorError | undefined {
  const present = DATA.filter((name) => part[name] !== undefined);
  // A signature may ride on a text that is empty; nothing else may be empty.
  const isEmpty = !present.length || (part.text === '' && present.length === 1 && !part.thoughtSignature);
  if (isEmpty) return say(`${at}.data`, "required oneof field 'data' must have one initialized field");
  if (present.length > 1)
    return complain(
      '',
      `Invalid value at '${at}' (oneof), oneof field 'data' is already set. Cannot set '${present[1]}'`,
    );
  if (isObject(part.inlineData)) return checkBlob(part.inlineData, at);
  if (isObject(part.fileData) && !part.fileData.fileUri)
    return say(`${at}.file_data.file_uri`, 'must be set');
  if (isObject(part.functionCall) && !part.functionCall.name)
    return say(`${at}.function_call.name`, 'Name cannot be empty.');
  return isObject(part.functionResponse) ? checkResponse(part.functionResponse, at) : undefined;
}

function checkShape(content: JsonObject, at: string): VendorError | undefined {
  const role = content.role === undefined ? 'user' : asText(content.role);
  if (!['user', 'model', 'function'].includes(role))
    return complain('', 'Please use a valid role: user, model.');
  const parts = objectsOf(content.parts);
  if (!parts.length) return say(`${at}.parts`, 'contents.parts must not be empty.');
  for (const [i, part] of parts.entries()) {
    const problem = checkPart(part, `${at}.parts[${i}]`);
    if (problem) return problem;
    if (part.functionCall !== undefined && role !== 'model')
      return complain('', 'Please ensure that function call parts are in a content of the model role.');
    if (part.functionResponse !== undefined && role === 'model')
      return complain('', 'Please ensure that function response parts are in a content of the user role.');
  }
  return undefined;
}

const callsOf = (content: JsonObject | undefined): JsonObject[] =>
  objectsOf(content?.parts).flatMap((part) => (isObject(part.functionCall) ? [part.functionCall] : []));
const responsesOf = (content: JsonObject | undefined): JsonObject[] =>
  objectsOf(content?.parts).flatMap((part) =>
    isObject(part.functionResponse) ? [part.functionResponse] : [],
  );

const sorted = (items: readonly JsonObject[], member: string): string =>
  items
    .map((item) => asText(item[member]))
    .sort()
    .join(' ');

/** A turn of calls and the content after it: as many responses as calls, for the same functions. */
function checkAnswers(calls: readonly JsonObject[], next: JsonObject | undefined): VendorError | undefined {
  const responses = responsesOf(next);
  if (responses.length !== calls.length)
    return complain(
      '',
      'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
    );
  if (sorted(responses, 'name') !== sorted(calls, 'name'))
    return complain(
      '',
      'Please ensure that the function response parts name the functions of the function call turn.',
    );
  const told =
    responses.every((response) => response.id !== undefined) && calls.every((call) => call.id !== undefined);
  return told && sorted(responses, 'id') !== sorted(calls, 'id')
    ? complain('', 'Please ensure that the function response parts have the ids of the function call turn.')
    : undefined;
}

function checkOrder(contents: readonly JsonObject[], prefill: boolean): VendorError | undefined {
  if (contents[0]?.role === 'model')
    return complain('', 'Please ensure that the first content has the user role.');
  for (const [i, content] of contents.entries()) {
    const calls = callsOf(content);
    const before = contents[i - 1];
    if (responsesOf(content).length && !callsOf(before).length)
      return complain(
        '',
        'Please ensure that function response turn comes immediately after a function call turn.',
      );
    if (!calls.length) continue;
    if (!before || before.role === 'model')
      return complain(
        '',
        'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
      );
    const problem = checkAnswers(calls, contents[i + 1]);
    if (problem) return problem;
  }
  return contents.at(-1)?.role === 'model' && !prefill
    ? complain('', 'Requests ending with a model turn are not supported.')
    : undefined;
}

/** The vendor's complaint about the conversation, signatures aside, or undefined. */
export function checkContents(request: JsonObject, prefill: boolean): VendorError | undefined {
  const contents = objectsOf(request.contents);
  if (!contents.length) return say('contents', 'contents is not specified');
  for (const [i, content] of contents.entries()) {
    const problem = checkShape(content, `contents[${i}]`);
    if (problem) return problem;
  }
  return checkOrder(contents, prefill);
}
