import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { hasUndefined } from './has-undefined';

/** What a strict generateContent server refuses, written from its rules and not from our encoder. */
const MEMBERS = new Set(
  'contents systemInstruction tools toolConfig generationConfig safetySettings cachedContent labels'.split(
    ' ',
  ),
);
const CONFIG = new Set([
  ...'temperature topP topK maxOutputTokens stopSequences candidateCount seed presencePenalty'.split(' '),
  ...'frequencyPenalty responseLogprobs logprobs responseMimeType responseSchema responseJsonSchema'.split(
    ' ',
  ),
  'thinkingConfig',
]);
const DATA = ['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse'];
const SCHEMA = new Set([
  ...'type format title description nullable enum maxItems minItems properties required minProperties'.split(
    ' ',
  ),
  ...'maxProperties minLength maxLength pattern anyOf propertyOrdering default items minimum maximum'.split(
    ' ',
  ),
]);
const TYPES = new Set(['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT']);
const FORMATS = new Set(['enum', 'date-time', 'int32', 'int64', 'float', 'double']);
const NAME = /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const SKIP = 'skip_thought_signature_validator';

/** Which generation of models answers. */
export interface GeminiRules {
  /** The first call of each step has to be signed. */
  readonly signedCalls: boolean;
  readonly jsonSchema: boolean;
  /** Levels of thinking that are known; none: thinking has a budget. */
  readonly levels: readonly string[];
  readonly resultMedia: boolean;
  /** Calls carry ids, and results those of their calls; false: ids are unknown. */
  readonly callIds?: boolean;
  /** Nobody may draw otherwise than the model does. */
  readonly fixedSampling?: boolean;
}

const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

function* classicProblems(value: Json | undefined, at: string): Iterable<string> {
  if (!isObject(value)) {
    yield `${at} is no schema`;
    return;
  }
  for (const name of Object.keys(value)) if (!SCHEMA.has(name)) yield `${at} holds ${name}`;
  if (value.anyOf === undefined && typeof value.type !== 'string') {
    if (Object.keys(value).some((name) => name !== 'description' && name !== 'nullable'))
      yield `${at} has no type`;
  }
  if (typeof value.format === 'string' && !FORMATS.has(value.format))
    yield `${at} has the format ${value.format}`;
  if (typeof value.type === 'string' && !TYPES.has(value.type)) yield `${at} has the type ${value.type}`;
  if (value.type === 'ARRAY' && !isObject(value.items)) yield `${at} has no items`;
  if (Array.isArray(value.enum)) {
    if (value.type !== 'STRING') yield `${at} lists values of another type`;
    if (value.enum.some((word) => typeof word !== 'string' || word === '')) yield `${at} lists odd values`;
  }
  const properties = isObject(value.properties) ? value.properties : {};
  for (const name of Array.isArray(value.required) ? value.required : [])
    if (typeof name !== 'string' || !Object.hasOwn(properties, name)) yield `${at} requires what it lacks`;
  for (const [name, inner] of Object.entries(properties)) yield* classicProblems(inner, `${at}.${name}`);
  if (value.items !== undefined) yield* classicProblems(value.items, `${at}.items`);
  for (const one of list(value.anyOf)) yield* classicProblems(one, `${at}.anyOf`);
}

function* partProblems(
  part: JsonObject,
  role: Json | undefined,
  at: string,
  rules: GeminiRules,
): Iterable<string> {
  const data = DATA.filter((name) => part[name] !== undefined);
  if (data.length !== 1) yield `${at} has ${data.length} data fields`;
  if (part.text !== undefined && typeof part.text !== 'string') yield `${at}.text is no string`;
  const { functionCall: call, functionResponse: response, thoughtSignature: signature } = part;
  if (call !== undefined) {
    if (role !== 'model') yield `${at} is a call of the user`;
    if (!isObject(call) || !NAME.test(String(call.name)) || !isObject(call.args))
      yield `${at} is an odd call`;
  }
  if (response !== undefined) {
    if (role === 'model') yield `${at} is a response of the model`;
    if (!isObject(response) || !NAME.test(String(response.name)) || !isObject(response.response))
      yield `${at} is an odd response`;
    else if (response.parts !== undefined && !rules.resultMedia) yield `${at} holds media`;
  }
  if (signature !== undefined && signature !== SKIP && !BASE64.test(String(signature)))
    yield `${at} has a signature that is no base64`;
  if (signature === SKIP && !rules.signedCalls) yield `${at} has a marker`;
}

/** By what a result belongs to its call. */
function keyOf({ id, name }: JsonObject, { callIds }: GeminiRules): Json {
  if (callIds === false && id !== undefined) return 'an id where there are none';
  if (callIds !== true) return id === undefined ? (name ?? null) : `${String(id)} ${String(name)}`;
  return typeof id === 'string' && id !== '' ? `${id} ${String(name)}` : null;
}

function* contentProblems(body: JsonObject, rules: GeminiRules): Iterable<string> {
  const contents = list(body.contents);
  if (contents.length === 0) yield 'contents are empty';
  if (contents[0]?.role !== 'user') yield 'the first content is not the user’s';
  const used = new Set<string>();
  let open: Json[] = [];
  for (const [i, content] of contents.entries()) {
    const at = `contents[${i}]`;
    const parts = list(content.parts);
    if (content.role !== 'user' && content.role !== 'model') yield `${at} has an odd role`;
    if (content.role === contents[i + 1]?.role) yield `${at} is followed by its own role`;
    if (parts.length === 0) yield `${at} has no parts`;
    for (const [j, part] of parts.entries())
      yield* partProblems(part, content.role, `${at}.parts[${j}]`, rules);
    const responses = parts.map((part) => part.functionResponse).filter(isObject);
    const answered = responses.map((response) => keyOf(response, rules));
    if (JSON.stringify(answered) !== JSON.stringify(open))
      yield `${at} answers ${JSON.stringify(answered)} where ${JSON.stringify(open)} was called`;
    const calls = parts.filter((part) => isObject(part.functionCall));
    if (rules.signedCalls && calls[0] && calls[0].thoughtSignature === undefined)
      yield `${at} has an unsigned call`;
    open = calls.map((part) => (isObject(part.functionCall) ? keyOf(part.functionCall, rules) : null));
    if (open.includes('an id where there are none')) yield `${at} holds an id`;
    for (const key of rules.callIds === true ? open : []) {
      if (used.has(String(key))) yield `${at} uses an id again`;
      used.add(String(key));
    }
  }
  if (open.length > 0) yield 'calls without responses at the end';
}

function* toolProblems(body: JsonObject, rules: GeminiRules): Iterable<string> {
  if (body.tools === undefined) {
    if (body.toolConfig !== undefined) yield 'toolConfig without tools';
    return;
  }
  const declared = list(body.tools).flatMap((tool) => list(tool.functionDeclarations));
  if (declared.length === 0) yield 'no declarations';
  if (new Set(declared.map((tool) => tool.name)).size !== declared.length) yield 'two tools of one name';
  for (const tool of declared) {
    if (!NAME.test(String(tool.name))) yield `a tool with the name ${String(tool.name)}`;
    if (tool.parametersJsonSchema !== undefined && !rules.jsonSchema) yield 'JSON Schema at an older model';
    if (tool.parametersJsonSchema !== undefined && tool.parameters !== undefined) yield 'two schemas';
    if (tool.parameters !== undefined) yield* classicProblems(tool.parameters, 'parameters');
  }
  const config = isObject(body.toolConfig) ? body.toolConfig.functionCallingConfig : undefined;
  const names = isObject(config) ? config.allowedFunctionNames : undefined;
  if (isObject(config) && config.mode === 'AUTO' && names !== undefined) yield 'names beside AUTO';
  for (const name of Array.isArray(names) ? names : [])
    if (!declared.some((tool) => tool.name === name)) yield 'an allowed function that is not declared';
}

function* configProblems(body: JsonObject, rules: GeminiRules): Iterable<string> {
  const config = isObject(body.generationConfig) ? body.generationConfig : {};
  for (const name of Object.keys(config)) if (!CONFIG.has(name)) yield `unknown setting ${name}`;
  if (Number(config.temperature ?? 1) > 2) yield 'temperature out of range';
  if (config.maxOutputTokens !== undefined && !(Number(config.maxOutputTokens) >= 1))
    yield 'cap out of range';
  if (Array.isArray(config.stopSequences) && config.stopSequences.length > 5) yield 'too many stops';
  if (config.responseSchema !== undefined) yield* classicProblems(config.responseSchema, 'responseSchema');
  if (config.responseJsonSchema !== undefined && !rules.jsonSchema) yield 'JSON Schema at an older model';
  const schema = config.responseSchema ?? config.responseJsonSchema;
  if (schema !== undefined && config.responseMimeType !== 'application/json') yield 'a schema without JSON';
  const thinking = isObject(config.thinkingConfig) ? config.thinkingConfig : {};
  const level = thinking.thinkingLevel;
  if (level !== undefined && !rules.levels.includes(String(level))) yield `an unknown level ${String(level)}`;
  if (thinking.thinkingBudget !== undefined && rules.levels.length > 0)
    yield 'a budget at a model with levels';
  for (const name of rules.fixedSampling === true ? ['temperature', 'topP', 'topK'] : [])
    if (config[name] !== undefined) yield `${name} at a model that fixes it`;
}

/** Every reason why the server would answer 400. */
export function geminiProblems(body: JsonObject, rules: GeminiRules): string[] {
  const members = Object.entries(body).flatMap(([name, value]) => [
    ...(MEMBERS.has(name) ? [] : [`unknown member ${name}`]),
    ...(hasUndefined(value) ? [`${name} holds undefined`] : []),
  ]);
  return [
    ...members,
    ...contentProblems(body, rules),
    ...toolProblems(body, rules),
    ...configProblems(body, rules),
  ];
}
