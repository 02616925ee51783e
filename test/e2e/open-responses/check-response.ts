import { violationsOf } from '../../schemas/validate';

export interface OutputItem {
  readonly type: string;
  readonly id?: string;
  readonly status?: string;
  readonly role?: string;
  readonly call_id?: string;
  readonly name?: string;
  readonly arguments?: string;
  readonly content?: readonly { readonly type: string; readonly text?: string }[];
}

export interface ResponseResource {
  readonly id: string;
  readonly status: string;
  readonly model: string;
  readonly previous_response_id: string | null;
  readonly output: readonly OutputItem[];
  readonly error: unknown;
}

/**
 * What a response of Open Responses has to hold, each with the kinds of value that it may have. Nothing may be left out,
 * not even what is null. Source: the specification's schema of the response, 2026-01.
 */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  id: ['string'],
  object: ['string'],
  created_at: ['integer'],
  completed_at: ['integer', 'null'],
  status: ['string'],
  incomplete_details: ['object', 'null'],
  model: ['string'],
  previous_response_id: ['string', 'null'],
  instructions: ['string', 'array', 'null'],
  output: ['array'],
  error: ['object', 'null'],
  tools: ['array'],
  tool_choice: ['string', 'object'],
  truncation: ['string'],
  parallel_tool_calls: ['boolean'],
  text: ['object'],
  top_p: ['number', 'integer'],
  presence_penalty: ['number', 'integer'],
  frequency_penalty: ['number', 'integer'],
  top_logprobs: ['integer'],
  temperature: ['number', 'integer'],
  reasoning: ['object', 'null'],
  usage: ['object', 'null'],
  max_output_tokens: ['integer', 'null'],
  max_tool_calls: ['integer', 'null'],
  store: ['boolean'],
  background: ['boolean'],
  service_tier: ['string'],
  metadata: ['object', 'null'],
  safety_identifier: ['string', 'null'],
  prompt_cache_key: ['string', 'null'],
};

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

const USAGE = ['input_tokens', 'output_tokens', 'total_tokens'];

function usageProblems(usage: unknown): string[] {
  if (usage === null) return [];
  const counts = usage as Record<string, unknown>;
  const { input_tokens_details: input, output_tokens_details: output } = counts;
  const cached = (input as Record<string, unknown> | undefined)?.cached_tokens;
  const reasoning = (output as Record<string, unknown> | undefined)?.reasoning_tokens;
  const named = [...USAGE.map((name): [string, unknown] => [name, counts[name]])];
  named.push(['input_tokens_details.cached_tokens', cached]);
  named.push(['output_tokens_details.reasoning_tokens', reasoning]);
  return named.flatMap(([name, value]) =>
    kindOf(value) === 'integer' ? [] : [`usage.${name} is ${kindOf(value)}`],
  );
}

/** What is wrong with a response, in sentences; empty when it is as the specification and the vendor have it. */
export function responseProblems(value: unknown): string[] {
  if (kindOf(value) !== 'object') return [`the response is ${kindOf(value)}`];
  const response = value as Record<string, unknown>;
  const wrong = Object.entries(REQUIRED).flatMap(([name, kinds]) => {
    const kind = kindOf(response[name]);
    return kinds.includes(kind) ? [] : [`${name} is ${kind}, not ${kinds.join(' or ')}`];
  });
  return [
    ...wrong,
    ...usageProblems(response.usage),
    ...violationsOf('openai-responses', 'answer', response),
  ];
}
