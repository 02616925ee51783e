import { stringifyJson, type Json } from '@turnpike/kernel';
import type { DialectId } from '@turnpike/protocol';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import anthropicBeta from './anthropic-messages-beta.generated.json';
import anthropic from './anthropic-messages.generated.json';
import gemini from './gemini-generate.generated.json';
import openaiChat from './openai-chat.generated.json';
import openaiResponses from './openai-responses.generated.json';

/** What we send upstream, whole answers, the data of one stream event, error bodies. */
export type SchemaKind = 'request' | 'answer' | 'event' | 'error';

/** Schema files of a dialect with the type that names its four roots; a value has to fit one of them. */
const FILES: Readonly<Record<DialectId, readonly (readonly [string, string])[]>> = {
  'openai-chat': [['openai-chat', 'OpenaiChat']],
  'openai-responses': [['openai-responses', 'OpenaiResponses']],
  'anthropic-messages': [
    ['anthropic-messages', 'AnthropicMessages'],
    ['anthropic-messages-beta', 'AnthropicMessagesBeta'],
  ],
  'gemini-generate': [['gemini-generate', 'GeminiGenerate']],
};

const ajv = new Ajv({
  strict: false,
  allErrors: true,
  discriminator: true,
  schemas: [openaiChat, openaiResponses, anthropic, anthropicBeta, gemini],
});
const compiled = new Map<string, ValidateFunction>();

function validator(file: string, root: string, kind: SchemaKind): ValidateFunction | undefined {
  const ref = `${file}#/definitions/${root}/properties/${kind}`;
  const known = compiled.get(ref);
  if (known) return known;
  const schema = kind in rootOf(file, root) ? ajv.compile({ $ref: ref }) : undefined;
  if (schema) compiled.set(ref, schema);
  return schema;
}

interface SchemaFile {
  readonly definitions: Readonly<Record<string, { readonly properties?: object }>>;
}

function rootOf(file: string, root: string): object {
  const { definitions } = ajv.schemas[file]?.schema as unknown as SchemaFile;
  return definitions[root]?.properties ?? {};
}

const sentence = ({ instancePath, message, params }: ErrorObject): string => {
  const named = Object.values(params as object).filter((value) => typeof value === 'string');
  return `${instancePath || '/'} ${message ?? 'is wrong'}${named.length > 0 ? ` (${named.join(', ')})` : ''}`;
};

/**
 * Why the value is none of the vendor's wire format, in sentences that begin with a path; empty when nothing is wrong.
 * The value is looked at as it would travel.
 */
export function violationsOf(dialect: DialectId, kind: SchemaKind, value: unknown): string[] {
  const sent: unknown = JSON.parse(stringifyJson(value as Json));
  let fewest: string[] | undefined;
  for (const [file, root] of FILES[dialect]) {
    const validate = validator(file, root, kind);
    if (!validate) continue;
    if (validate(sent)) return [];
    const found = (validate.errors ?? []).map(sentence);
    if (!fewest || found.length < fewest.length) fewest = found;
  }
  return fewest ?? [`there is no schema of ${kind} for ${dialect}`];
}
