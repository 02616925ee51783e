import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText, isBase64, nameSet, objectsOf, unknownMember } from '../wire/member-rules';
import type { Seal } from '../wire/seal';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';

/** Kinds of blocks and their members. */
const KINDS: Readonly<Record<string, ReadonlySet<string>>> = {
  image: nameSet('format source error'),
  document: nameSet('format name source context citations'),
  video: nameSet('format source'),
  audio: nameSet('format source error'),
  toolUse: nameSet('toolUseId name input type'),
  toolResult: nameSet('toolUseId content status type'),
  reasoningContent: nameSet('reasoningText redactedContent'),
  cachePoint: nameSet('type ttl'),
  guardContent: nameSet('text image'),
  citationsContent: nameSet('content citations'),
  searchResult: nameSet('source title content citations'),
};
const FORMATS: Readonly<Record<string, ReadonlySet<string>>> = {
  image: nameSet('png jpeg gif webp'),
  document: nameSet('pdf csv doc docx xls xlsx html txt md'),
};
const ROLES: Readonly<Record<string, string>> = {
  toolUse: 'assistant',
  reasoningContent: 'assistant',
  toolResult: 'user',
  image: 'user',
  document: 'user',
};
const IN_RESULT = nameSet('text json image document video searchResult');
const DOCUMENT_NAME = /^[A-Za-z0-9\-()[\]]+( [A-Za-z0-9\-()[\]]+)*$/;
export const TOOL_USE_ID = /^[a-zA-Z0-9_-]{1,64}$/;
export const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;

const say = (message: string): VendorError => complain('', message);
const malformed = (key: string): VendorError =>
  say(
    `Malformed input request: #: extraneous key [${key}] is not permitted, please reformat your input and try again.`,
  );

function checkSource(media: JsonObject, kind: string, at: string): VendorError | undefined {
  const formats = FORMATS[kind];
  if (formats && !formats.has(asText(media.format)))
    return say(`The value at ${at}.${kind}.format must be one of the following: ${[...formats].join(', ')}.`);
  const source = isObject(media.source) ? media.source : {};
  const { bytes } = source;
  if (bytes === undefined)
    return source.s3Location || (kind === 'document' && (source.text ?? source.content))
      ? undefined
      : say(`The ${kind} at ${at} has no source. Add a source and try again.`);
  return typeof bytes === 'string' && bytes && isBase64(bytes)
    ? undefined
    : say(`The bytes of the ${kind} at ${at} are no base64.`);
}

function checkReasoning(reasoning: JsonObject, at: string, seal: Seal): VendorError | undefined {
  const text = reasoning.reasoningText;
  const refused = say(
    `The model returned the following errors: ${at}: Invalid \`signature\` in \`thinking\` block`,
  );
  if (isObject(text))
    return typeof text.signature === 'string' && seal.fits(asText(text.text), text.signature)
      ? undefined
      : refused;
  const blob = asText(reasoning.redactedContent);
  if (!blob) return say(`The reasoningContent at ${at} is empty.`);
  return isBase64(blob) && seal.fits('', Buffer.from(blob, 'base64').toString())
    ? undefined
    : say(`The model returned the following errors: ${at}: Invalid \`data\` in \`redacted_thinking\` block`);
}

function checkResult(result: JsonObject, at: string, seal: Seal): VendorError | undefined {
  const status = result.status ?? 'success';
  if (status !== 'success' && status !== 'error')
    return say(`The value at ${at}.toolResult.status must be one of the following: success, error.`);
  const { content } = result;
  if (!Array.isArray(content)) return say(`The value at ${at}.toolResult.content must be a list.`);
  for (const [i, part] of content.entries()) {
    const where = `${at}.toolResult.content.${i}`;
    const kind = isObject(part) ? (Object.keys(part)[0] ?? '') : '';
    if (!isObject(part) || !IN_RESULT.has(kind)) return malformed(kind);
    const problem = kind === 'json' ? undefined : checkBlock(part, 'user', where, seal);
    if (problem) return problem;
  }
  return undefined;
}

function checkByKind(kind: string, block: JsonObject, at: string, seal: Seal): VendorError | undefined {
  switch (kind) {
    case 'image':
    case 'document':
      if (kind === 'document' && !DOCUMENT_NAME.test(asText(block.name)))
        return say(
          "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character.",
        );
      return checkSource(block, kind, at);
    case 'toolUse':
      if (!TOOL_USE_ID.test(asText(block.toolUseId)) || !TOOL_NAME.test(asText(block.name)))
        return say(
          `Value at '${at}.toolUse' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+`,
        );
      return isObject(block.input)
        ? undefined
        : say(
            `The format of the value at ${at}.toolUse.input is invalid. Provide a json object for the field and try again.`,
          );
    case 'toolResult':
      return TOOL_USE_ID.test(asText(block.toolUseId))
        ? checkResult(block, at, seal)
        : say(
            `Value at '${at}.toolResult.toolUseId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+`,
          );
    case 'reasoningContent':
      return checkReasoning(block, at, seal);
    case 'cachePoint':
      return block.type === 'default'
        ? undefined
        : say(`The value at ${at}.cachePoint.type must be one of the following: default.`);
    default:
      return undefined;
  }
}

/** The vendor's complaint about one content block, or undefined. */
export function checkBlock(block: Json, role: string, at: string, seal: Seal): VendorError | undefined {
  if (!isObject(block)) return say(`The value at ${at} must be an object.`);
  const [kind = '', ...more] = Object.keys(block);
  if (more.length)
    return say(
      `The content block at ${at} must set exactly one of its members, but has ${[kind, ...more].join(', ')}.`,
    );
  if (kind === 'text')
    return typeof block.text === 'string' && block.text.trim()
      ? undefined
      : say(
          `The text field in the ContentBlock object at ${at} is blank. Add text to the text field, and try again.`,
        );
  const members = KINDS[kind];
  const inner = block[kind];
  if (!members || !isObject(inner)) return malformed(kind);
  const extra = unknownMember(inner, members);
  if (extra) return malformed(extra);
  const wanted = ROLES[kind];
  if (wanted && wanted !== role)
    return say(`The ${kind} block at ${at} is only allowed in a message of the ${wanted} role.`);
  return checkByKind(kind, inner, at, seal);
}

/** Documents of a request have names of their own, and a text beside them. */
export function checkDocuments(messages: readonly JsonObject[]): VendorError | undefined {
  const names = new Set<string>();
  for (const message of messages) {
    const blocks = objectsOf(message.content);
    const documents = blocks.flatMap((block) => (isObject(block.document) ? [block.document] : []));
    for (const name of documents.map((document) => asText(document.name))) {
      if (names.has(name)) return say(`Documents must have unique names, but ${name} is used twice.`);
      names.add(name);
    }
    if (documents.length && !blocks.some((block) => block.text !== undefined))
      return say('Messages with a document need a text. Include a text block when using document content.');
  }
  return undefined;
}
