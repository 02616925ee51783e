import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { hasUndefined } from './has-undefined';

/** What a strict Converse endpoint refuses, written from the vendor's reference and not from our encoder. */
const MEMBERS = new Set(
  'messages system inferenceConfig toolConfig outputConfig additionalModelRequestFields additionalModelResponseFieldPaths guardrailConfig performanceConfig promptVariables requestMetadata serviceTier'.split(
    ' ',
  ),
);
const USER_BLOCKS = new Set(['text', 'image', 'document', 'video', 'toolResult', 'cachePoint']);
const ASSISTANT_BLOCKS = new Set(['text', 'toolUse', 'reasoningContent', 'cachePoint']);
const RESULT_BLOCKS = new Set(['text', 'json', 'image', 'document', 'video']);
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const ID = /^[a-zA-Z0-9_-]{1,64}$/;
const DOCUMENT_NAME = /^(?!.*\s{2})[a-zA-Z0-9\s()[\]-]{1,200}$/;
const FORMATS: Readonly<Record<string, RegExp>> = {
  image: /^(png|jpeg|gif|webp)$/,
  document: /^(pdf|csv|doc|docx|xls|xlsx|html|txt|md)$/,
  video: /^(mkv|mov|mp4|webm|flv|mpeg|mpg|wmv|three_gp)$/,
};

const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const objectAt = (value: JsonObject, name: string): JsonObject => {
  const inner = value[name];
  return isObject(inner) ? inner : {};
};

/** Blocks are unions: exactly one member. */
function kindOf(block: JsonObject): string | undefined {
  const [kind, ...more] = Object.keys(block);
  return more.length === 0 ? kind : undefined;
}

function* mediaProblems(kind: string, media: JsonObject, at: string): Iterable<string> {
  if (!FORMATS[kind]?.test(String(media.format))) yield `${at} has an unknown format`;
  const { bytes, s3Location } = objectAt(media, 'source');
  if (typeof bytes === 'string' ? !/^[A-Za-z0-9+/]+={0,2}$/.test(bytes) : !isObject(s3Location))
    yield `${at} has no source`;
  if (kind === 'document' && !DOCUMENT_NAME.test(String(media.name))) yield `${at} has an illegal name`;
}

function* resultProblems(result: JsonObject, at: string): Iterable<string> {
  if (!ID.test(String(result.toolUseId))) yield `${at} has an illegal id`;
  if (result.status !== undefined && result.status !== 'error' && result.status !== 'success')
    yield `${at} has an odd status`;
  const content = list(result.content);
  if (content.length === 0) yield `${at} has no content`;
  for (const block of content) yield* blockProblems(block, RESULT_BLOCKS, `${at}.content`);
}

function* reasoningProblems(reasoning: JsonObject, at: string): Iterable<string> {
  const told = reasoning.reasoningText;
  const sealed = typeof reasoning.redactedContent === 'string';
  if (!sealed && !(isObject(told) && typeof told.text === 'string')) yield `${at} says nothing`;
  if (isObject(told) && !String(told.signature).startsWith('own_')) yield `${at} has an invalid signature`;
}

function* blockProblems(block: JsonObject, allowed: ReadonlySet<string>, at: string): Iterable<string> {
  const kind = kindOf(block);
  if (kind === undefined || !allowed.has(kind)) {
    yield `${at} is ${kind ?? 'no union'}`;
    return;
  }
  const value = block[kind];
  if (kind === 'text' && (typeof value !== 'string' || value.trim() === '')) yield `${at} is empty text`;
  if (!isObject(value)) return;
  if (kind in FORMATS) yield* mediaProblems(kind, value, at);
  if (kind === 'toolResult') yield* resultProblems(value, at);
  if (kind === 'reasoningContent') yield* reasoningProblems(value, at);
  if (kind !== 'toolUse') return;
  if (!ID.test(String(value.toolUseId)) || !NAME.test(String(value.name)) || !isObject(value.input))
    yield `${at} is an illegal call`;
}

const idsOf = (message: JsonObject, kind: string): string[] =>
  list(message.content).flatMap((block) =>
    isObject(block[kind]) ? [String(objectAt(block, kind).toolUseId)] : [],
  );

function* messageProblems(body: JsonObject): Iterable<string> {
  const messages = list(body.messages);
  if (messages[0]?.role !== 'user') yield 'the first message is not of the user';
  let open: string[] = [];
  for (const [i, message] of messages.entries()) {
    const at = `messages[${i}]`;
    const role = i % 2 === 0 ? 'user' : 'assistant';
    if (message.role !== role) yield `${at} is not of the ${role}`;
    const content = list(message.content);
    if (content.length === 0) yield `${at} has no content`;
    for (const block of content)
      yield* blockProblems(block, role === 'user' ? USER_BLOCKS : ASSISTANT_BLOCKS, at);
    if (JSON.stringify(idsOf(message, 'toolResult')) !== JSON.stringify(open))
      yield `${at} answers other calls than were open`;
    if (content.slice(0, open.length).some((block) => block.cachePoint === undefined && !block.toolResult))
      yield `${at} has results behind other blocks`;
    if (content.some((block) => block.document) && !content.some((block) => block.text))
      yield `${at} has a document without text`;
    open = idsOf(message, 'toolUse');
    if (new Set(open).size !== open.length) yield `${at} repeats an id`;
  }
  if (open.length > 0) yield 'calls without results at the end';
}

function* toolProblems(body: JsonObject): Iterable<string> {
  const config = body.toolConfig;
  const used = list(body.messages).some(
    (m) => [...idsOf(m, 'toolUse'), ...idsOf(m, 'toolResult')].length > 0,
  );
  if (config === undefined) {
    if (used) yield 'tool blocks without toolConfig';
    return;
  }
  const specs = isObject(config) ? list(config.tools).filter((tool) => tool.cachePoint === undefined) : [];
  if (specs.length === 0) yield 'toolConfig without tools';
  const names = specs.map((tool) => String(objectAt(tool, 'toolSpec').name));
  if (!names.every((name) => NAME.test(name))) yield 'a tool with an illegal name';
  if (new Set(names).size !== names.length) yield 'two tools of one name';
  for (const tool of specs) {
    const { description, inputSchema } = objectAt(tool, 'toolSpec');
    if (description === '') yield 'an empty description';
    const json = isObject(inputSchema) ? inputSchema.json : undefined;
    if (!isObject(json) || json.type !== 'object') yield 'a schema that is no object';
  }
  const choice = isObject(config) && isObject(config.toolChoice) ? config.toolChoice : undefined;
  if (choice && !['auto', 'any', 'tool'].includes(kindOf(choice) ?? '')) yield 'an unknown choice';
}

function* cacheProblems(body: JsonObject): Iterable<string> {
  const lists = [
    list(objectAt(body, 'toolConfig').tools),
    list(body.system),
    ...list(body.messages).map((message) => list(message.content)),
  ];
  const points = lists.flat().filter((block) => block.cachePoint !== undefined);
  if (points.length > 4) yield `${points.length} cache points`;
  const ttls = points.map((point) => objectAt(point, 'cachePoint').ttl ?? '5m');
  if (ttls.lastIndexOf('1h') > ttls.indexOf('5m') && ttls.includes('5m'))
    yield 'a long ttl behind a short one';
  if (lists.some((blocks) => blocks[0]?.cachePoint !== undefined)) yield 'a cache point behind nothing';
}

const between = (value: Json | undefined, min: number, max: number): boolean =>
  value === undefined || (typeof value === 'number' && value >= min && value <= max);

function* paramProblems(body: JsonObject): Iterable<string> {
  for (const [name, value] of Object.entries(body)) {
    if (hasUndefined(value)) yield `${name} holds undefined`;
    if (!MEMBERS.has(name)) yield `unknown member ${name}`;
  }
  const { maxTokens, temperature, topP, stopSequences, ...odd } = objectAt(body, 'inferenceConfig');
  if (Object.keys(odd).length > 0) yield `unknown inference ${Object.keys(odd).join()}`;
  if (!between(temperature, 0, 1) || !between(topP, 0, 1)) yield 'sampling out of range';
  if (!between(maxTokens, 1, 1e9)) yield 'cap out of range';
  if (Array.isArray(stopSequences) && stopSequences.some((stop) => String(stop).trim() === ''))
    yield 'a blank stop sequence';
  const { thinking } = objectAt(body, 'additionalModelRequestFields');
  if (isObject(thinking) && thinking.type === 'enabled') {
    if (!between(thinking.budget_tokens, 1_024, Number(maxTokens) - 1)) yield 'budget out of range';
    if (temperature !== undefined) yield 'temperature beside thinking';
  }
  for (const text of Object.values(objectAt(body, 'requestMetadata')))
    if (!/^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/.test(String(text))) yield 'illegal metadata';
}

function* systemProblems(body: JsonObject): Iterable<string> {
  if (body.system === undefined) return;
  const blocks = list(body.system);
  if (blocks.length === 0) yield 'system is empty';
  for (const block of blocks) yield* blockProblems(block, new Set(['text', 'cachePoint']), 'system');
}

/** Every reason why the endpoint would answer 400. Signatures of its own begin with `own_`. */
export const converseProblems = (body: JsonObject): string[] => [
  ...paramProblems(body),
  ...systemProblems(body),
  ...toolProblems(body),
  ...cacheProblems(body),
  ...messageProblems(body),
];
