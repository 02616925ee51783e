import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { readStandaloneKeys } from '../../../admin/src/bootstrap/standalone-key-file';
import { readOptions } from '../read-options';
import { renderTable } from '../render-table';
import { UsageError, type Verb, type World } from '../world';

const TIMEOUT_MS = 15_000;

const OPTIONS = {
  model: { type: 'string' },
  prompt: { type: 'string' },
  body: { type: 'string' },
  dialect: { type: 'string' },
  session: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Asks a gateway where a call would go, and why. It sees what the key may use; nothing is called. */
export const explain: Verb = {
  usage:
    'explain --model NAME [--prompt TEXT] | --body FILE|- [--dialect ID] [--model NAME]  [--session NAME] [--json]',
  summary: 'show where a call would go and why, without making it',
  async run(args, world) {
    const { values, positionals } = readOptions(args, OPTIONS);
    if (positionals.length > 0) throw new UsageError(`explain does not take "${positionals[0]}"`);
    const answer = await askGateway(world, await readQuestion(values, world), values.session);
    world.out(values.json ? `${JSON.stringify(answer, null, 2)}\n` : present(answer));
    return 0;
  },
};

interface Flags {
  readonly model?: string;
  readonly prompt?: string;
  readonly body?: string;
  readonly dialect?: string;
}

async function readQuestion({ model, prompt, body, dialect }: Flags, { cwd }: World): Promise<JsonObject> {
  if (body === undefined) {
    if (model === undefined) throw new UsageError('explain needs --model or --body');
    const messages = [{ role: 'user', content: prompt ?? 'Hello' }];
    return { dialect: 'openai-chat', body: { model, messages } };
  }
  const text = body === '-' ? await readAll(process.stdin) : await readFile(path.resolve(cwd, body), 'utf8');
  const sent = parse(text);
  if (!isObject(sent)) throw new UsageError(`${body} holds no JSON object`);
  return {
    ...(dialect === undefined ? {} : { dialect }),
    ...(model === undefined ? {} : { model }),
    body: model === undefined ? sent : { ...sent, model },
  };
}

/** @throws Error in one sentence when there is no key, no answer, or a refusal. */
async function askGateway(
  { env, cwd }: World,
  question: JsonObject,
  session: string | undefined,
): Promise<JsonObject> {
  const base = (env['TURNPIKE_URL'] ?? 'http://127.0.0.1:4000').replace(/\/+$/, '');
  const dataDir = path.resolve(cwd, env['TURNPIKE_DATA_DIR'] ?? '.turnpike');
  const key = env['TURNPIKE_API_KEY'] ?? (await readStandaloneKeys(dataDir))?.developerKey;
  if (key === undefined)
    throw new Error(
      `No key: set TURNPIKE_API_KEY to a developer key, or TURNPIKE_DATA_DIR to the data directory of a standalone (not ${dataDir}).`,
    );
  const response = await fetch(`${base}/v1/route/explain`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      ...(session === undefined ? {} : { 'x-turnpike-session': session }),
    },
    body: JSON.stringify(question),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new Error(`The gateway at ${new URL(base).origin} cannot be reached. Is TURNPIKE_URL right?`, {
      cause,
    });
  });
  const answer = parse(await response.text());
  if (response.ok && isObject(answer)) return answer;
  const error = isObject(answer) && isObject(answer['error']) ? answer['error'] : {};
  const why = typeof error['message'] === 'string' ? error['message'] : 'It gave no reason.';
  throw new Error(`The gateway refused with ${response.status}: ${why}`);
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const shown = (value: Json | undefined): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '-';

const rows = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** The answer as a person reads it. */
export function present(answer: JsonObject): string {
  const estimated = isObject(answer['estimated']) ? answer['estimated'] : {};
  const head = [
    `${shown(answer['requestedModel'])} -> ${shown(answer['alias'])}, strategy ${shown(answer['strategy'])}`,
    `about ${shown(estimated['inputTokens'])} tokens in, at most ${shown(estimated['outputCap'])} out, about ${shown(estimated['costUsd'])} USD`,
  ];
  const candidates = rows(answer['candidates']).map((one) => ({
    RANK: shown(one['rank']),
    PROVIDER: shown(one['provider']),
    CREDENTIAL: shown(one['credential']),
    MODEL: shown(one['model']),
    LANE: shown(one['lane']),
    SCORE: shown(one['score']),
    USD: shown(one['estimatedCostUsd']),
  }));
  const dropped = rows(answer['dropped']).map((one) => ({
    DROPPED: shown(one['provider']),
    CREDENTIAL: shown(one['credential']),
    MODEL: shown(one['model']),
    REASON: shown(one['reason']),
    UNTIL: shown(one['until']),
  }));
  const none = 'Nobody can be asked at the moment.\n';
  const parts = [candidates.length > 0 ? renderTable(candidates) : none];
  if (dropped.length > 0) parts.push(renderTable(dropped));
  return `${head.join('\n')}\n\n${parts.join('\n')}`;
}
