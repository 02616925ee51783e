import type { FieldType, Messages } from './proto-reader';

const list = (of: FieldType): FieldType => ({ list: of });
const message = (name: string): FieldType => ({ message: name });
const words = (text: string): FieldType => ({ words: text.trim().split(/\s+/) });

const GENERATION: Messages[string] = {
  stopSequences: list('string'),
  responseMimeType: 'string',
  responseSchema: message('Schema'),
  responseJsonSchema: 'any',
  responseModalities: list(words('TEXT IMAGE AUDIO MODALITY_UNSPECIFIED')),
  candidateCount: 'int',
  maxOutputTokens: 'int',
  temperature: 'number',
  topP: 'number',
  topK: 'number',
  seed: 'int',
  presencePenalty: 'number',
  frequencyPenalty: 'number',
  responseLogprobs: 'bool',
  logprobs: 'int',
  enableEnhancedCivicAnswers: 'bool',
  speechConfig: 'struct',
  imageConfig: 'struct',
  mediaResolution: 'string',
  thinkingConfig: message('ThinkingConfig'),
};

/** Members of a schema in the vendor's own, smaller language of schemas. */
const SCHEMA: Messages[string] = {
  type: words('TYPE_UNSPECIFIED STRING NUMBER INTEGER BOOLEAN ARRAY OBJECT NULL'),
  format: 'string',
  title: 'string',
  description: 'string',
  nullable: 'bool',
  enum: list('string'),
  maxItems: 'int',
  minItems: 'int',
  properties: { map: message('Schema') },
  required: list('string'),
  minProperties: 'int',
  maxProperties: 'int',
  minLength: 'int',
  maxLength: 'int',
  pattern: 'string',
  example: 'any',
  anyOf: list(message('Schema')),
  propertyOrdering: list('string'),
  default: 'any',
  items: message('Schema'),
  minimum: 'number',
  maximum: 'number',
};

const SAFETY: Messages[string] = {
  category: words(`HARM_CATEGORY_HARASSMENT HARM_CATEGORY_HATE_SPEECH HARM_CATEGORY_SEXUALLY_EXPLICIT
    HARM_CATEGORY_DANGEROUS_CONTENT HARM_CATEGORY_CIVIC_INTEGRITY`),
  threshold:
    words(`HARM_BLOCK_THRESHOLD_UNSPECIFIED BLOCK_LOW_AND_ABOVE BLOCK_MEDIUM_AND_ABOVE BLOCK_ONLY_HIGH
    BLOCK_NONE OFF`),
  method: 'string',
};

const PART: Messages[string] = {
  text: 'string',
  inlineData: message('Blob'),
  fileData: message('FileData'),
  functionCall: message('FunctionCall'),
  functionResponse: message('FunctionResponse'),
  executableCode: 'struct',
  codeExecutionResult: 'struct',
  toolCall: 'struct',
  toolResponse: 'struct',
  thought: 'bool',
  thoughtSignature: 'bytes',
  videoMetadata: 'struct',
  partMetadata: 'struct',
  mediaResolution: 'struct',
};

const REQUEST: Messages[string] = {
  model: 'string',
  contents: list(message('Content')),
  systemInstruction: message('Content'),
  tools: list(message('Tool')),
  toolConfig: message('ToolConfig'),
  safetySettings: list(message('SafetySetting')),
  generationConfig: message('GenerationConfig'),
  cachedContent: 'string',
  serviceTier: 'string',
  store: 'bool',
};

/** The vendor's messages as far as a conversation needs them, in camelCase. */
export const STUDIO_MESSAGES: Messages = {
  GenerateContentRequest: REQUEST,
  CountTokensRequest: {
    model: 'string',
    contents: list(message('Content')),
    generateContentRequest: message('GenerateContentRequest'),
  },
  Content: { role: 'string', parts: list(message('Part')) },
  Part: PART,
  Blob: { mimeType: 'string', data: 'bytes', displayName: 'string' },
  FileData: { mimeType: 'string', fileUri: 'string', displayName: 'string' },
  FunctionCall: { id: 'string', name: 'string', args: 'struct' },
  FunctionResponse: {
    id: 'string',
    name: 'string',
    response: 'struct',
    willContinue: 'bool',
    scheduling: 'string',
    parts: list(message('FunctionResponsePart')),
  },
  FunctionResponsePart: { inlineData: message('Blob'), fileData: message('FileData') },
  Tool: {
    functionDeclarations: list(message('FunctionDeclaration')),
    googleSearch: 'struct',
    googleSearchRetrieval: 'struct',
    googleMaps: 'struct',
    codeExecution: 'struct',
    urlContext: 'struct',
    computerUse: 'struct',
    fileSearch: 'struct',
  },
  FunctionDeclaration: {
    name: 'string',
    description: 'string',
    behavior: 'string',
    parameters: message('Schema'),
    parametersJsonSchema: 'any',
    response: message('Schema'),
    responseJsonSchema: 'any',
  },
  Schema: SCHEMA,
  ToolConfig: {
    functionCallingConfig: message('FunctionCallingConfig'),
    retrievalConfig: 'struct',
    includeServerSideToolInvocations: 'bool',
  },
  FunctionCallingConfig: {
    mode: words('MODE_UNSPECIFIED AUTO ANY NONE VALIDATED'),
    allowedFunctionNames: list('string'),
  },
  SafetySetting: SAFETY,
  GenerationConfig: GENERATION,
  ThinkingConfig: {
    includeThoughts: 'bool',
    thinkingBudget: 'int',
    thinkingLevel: words('THINKING_LEVEL_UNSPECIFIED MINIMAL LOW MEDIUM HIGH'),
  },
};

/** The same at the vendor's cloud: labels, references in schemas, and counts over the whole request. */
export const VERTEX_MESSAGES: Messages = {
  ...STUDIO_MESSAGES,
  GenerateContentRequest: { ...REQUEST, labels: { map: 'string' } },
  CountTokensRequest: { ...REQUEST, instances: 'any' },
  Schema: { ...SCHEMA, additionalProperties: 'any', ref: 'string', defs: { map: message('Schema') } },
  GenerationConfig: { ...GENERATION, audioTimestamp: 'bool', routingConfig: 'struct' },
};
