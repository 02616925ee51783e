import type { IncomingHttpHeaders } from 'node:http';
import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { chatDialect } from '../chat/chat-dialect';
import { checkChat } from '../chat/check-chat';
import { openaiError } from '../wire/openai-error';
import type { VendorError } from '../wire/vendor-error';
import type { StreamStep, WireDialect, WireFace } from '../wire/wire-dialect';
import type { WireRequest } from '../wire/wire-request';

/** A version with a date belongs to every path but those that OpenAI itself has. */
const DATED = /^\d{4}-\d\d-\d\d(-preview)?$/;
const SAFE = { filtered: false, severity: 'safe' };
const VERDICT: JsonObject = { hate: SAFE, self_harm: SAFE, sexual: SAFE, violence: SAFE };
const PROMPT_VERDICT = [{ prompt_index: 0, content_filter_results: VERDICT }];

export const azureCredential = (headers: IncomingHttpHeaders): string | undefined => {
  const key = headers['api-key'];
  return typeof key === 'string' ? key : /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
};

/** Some errors come from the front of the cloud and have its shape, the rest has OpenAI's. */
export function azureError(error: VendorError): JsonObject {
  const { status, wording, message } = error;
  const front = (code: string, words: string): JsonObject => ({ error: { code, message: words } });
  if (wording === 'key')
    return front(
      '401',
      'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
    );
  if (wording === 'model' || (status === 404 && !wording))
    return front('DeploymentNotFound', `The API deployment for this resource does not exist. ${message}`);
  if (status === 401) return front('401', message);
  if (status === 429 && !wording) return front('429', message);
  const body = openaiError(error);
  if (wording !== 'filter' || !isObject(body.error)) return body;
  const verdict = { ...VERDICT, violence: { filtered: true, severity: 'high' } };
  const innererror = { code: 'ResponsibleAIPolicyViolation', content_filter_result: verdict };
  return { error: { ...body.error, type: null, param: 'prompt', status: 400, innererror } };
}

/** What is wrong with the address: a version that is missing where one is needed. */
export function checkVersion({ query, modelId, url }: WireRequest): VendorError | undefined {
  const version = query.get('api-version');
  const needsDate = modelId !== undefined || !url.includes('/openai/v1/');
  const isGood = needsDate ? DATED.test(version ?? '') : version === null || !DATED.test(version);
  return isGood ? undefined : { status: 404, message: 'Resource not found' };
}

/** Any face of OpenAI at this host. */
export const azureFace = <T extends WireFace>(face: T): T => ({
  ...face,
  credentialOf: azureCredential,
  errorBody: azureError,
  needsCredential: true,
});

const readObject = (text: string): JsonObject => {
  const value = JSON.parse(text) as Json;
  return isObject(value) ? value : {};
};
const judged = (choices: Json | undefined): Json[] =>
  (Array.isArray(choices) ? choices : []).map((choice) =>
    isObject(choice) ? { ...choice, content_filter_results: VERDICT } : choice,
  );

function firstChunk(steps: readonly StreamStep[]): StreamStep[] {
  const [first] = steps;
  if (!first) return [];
  const chunk = readObject(
    Buffer.from(first.wire)
      .toString()
      .replace(/^data: /, ''),
  );
  const empty = {
    ...chunk,
    id: '',
    created: 0,
    model: '',
    choices: [],
    prompt_filter_results: PROMPT_VERDICT,
  };
  return [{ wire: `data: ${JSON.stringify(empty)}\n\n`, phase: 'start' }];
}

/** Chat Completions at Azure: the deployment is the model, and everything is judged by its filter. */
export const azureChat: WireDialect = {
  ...azureFace(chatDialect),
  check: (wire) =>
    checkVersion(wire) ??
    checkChat(wire.modelId === undefined ? wire.body : { ...wire.members, model: wire.modelId }),
  whole(answer, wire) {
    const body = readObject(chatDialect.whole(answer, wire));
    return JSON.stringify({ ...body, choices: judged(body.choices), prompt_filter_results: PROMPT_VERDICT });
  },
  steps(answer, wire) {
    const steps = chatDialect.steps(answer, wire);
    return [...firstChunk(steps), ...steps];
  },
};
