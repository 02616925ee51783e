import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { composeAnswer } from '../answer/compose-answer';
import type { Fault, Plan } from '../script/plan';
import { readDirectives } from '../script/read-directives';
import { ScriptError } from '../script/read-plan';
import type { ScriptBook } from '../script/script-book';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';
import { control } from './control';
import type { Exchange } from './exchange';
import { pause, replyJson } from './exchange';
import type { Journal, JournalEntry } from './journal';
import { modelList, modelRecord } from './model-list';
import { readBody } from './read-body';
import type { Route } from './routes';
import { findRoute } from './routes';
import { sendComplaint, sendFailure } from './send-failure';
import { sendStream } from './send-stream';
import { sendWhole } from './send-whole';

export interface ProviderState {
  readonly name: string;
  readonly port: () => number;
  /** Credentials that are taken; undefined: any, or none. */
  readonly credentials: readonly string[] | undefined;
  readonly models: readonly string[];
  /** Serve the control endpoint. */
  readonly control: boolean;
  readonly maxBodyBytes: number;
  /** Pause between words when no script orders another. */
  readonly paceMs: number;
  readonly journal: Journal;
  readonly book: ScriptBook;
}

function openEntry(state: ProviderState, request: IncomingMessage, response: ServerResponse): JournalEntry {
  const url = request.url ?? '/';
  const entry = state.journal.open({
    upstream: state.name,
    port: state.port(),
    receivedAtMs: Date.now(),
    method: request.method ?? 'GET',
    path: url.split('?', 1)[0] ?? '/',
    url,
    headers: request.headers,
    rawHeaders: request.rawHeaders,
  });
  response.on('close', () => {
    entry.endedAtMs = Date.now();
    if (!response.writableFinished && (!entry.cut || entry.fault?.startsWith('stall')))
      entry.callerLeftAtMs = entry.endedAtMs;
  });
  return entry;
}

const parse = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

const nameOf = (fault: Fault): string =>
  fault.kind === 'status' ? String(fault.status) : fault.kind === 'cut' ? fault.cut : fault.kind;

/** The plan of a request: its rule, overridden by what its prompt says. */
function findPlan(
  state: ProviderState,
  route: Route,
  entry: JournalEntry,
  body: Json | undefined,
): Plan | undefined {
  const userTexts = isObject(body) ? route.dialect.understand(body).userTexts : [];
  const ruled = state.book.planFor({
    model: entry.model ?? '',
    credential: entry.credential ?? '',
    path: entry.path,
    dialect: route.dialect.name,
    prompt: userTexts.join('\n'),
  });
  const said = readDirectives(userTexts);
  return ruled || said ? { ...ruled, ...said } : undefined;
}

async function generate(
  state: ProviderState,
  exchange: Exchange,
  plan: Plan | undefined,
  body: JsonObject,
  fault: Fault | undefined,
): Promise<void> {
  const seen = exchange.dialect.understand(body);
  const answer = composeAnswer({
    plan: plan && { ...plan, fault },
    seen,
    model: exchange.entry.model ?? '',
    nowMs: exchange.entry.receivedAtMs,
  });
  if (!seen.streams) return sendWhole(exchange, answer, fault);
  const paced = plan ? exchange : { ...exchange, plan: { delayMs: state.paceMs } };
  return sendStream(paced, answer, fault);
}

async function answerPost(
  state: ProviderState,
  route: Route,
  exchange: Exchange,
  plan: Plan | undefined,
): Promise<void> {
  const { entry, response, dialect } = exchange;
  await pause(plan?.firstByteMs ?? 0, response);
  if (response.destroyed) return;
  const fault = state.book.strike(plan, [state.name, String(entry.port), entry.credential ?? '']);
  if (fault) entry.fault = nameOf(fault);
  if (fault?.kind === 'cut' && fault.cut.endsWith(':connect')) {
    entry.cut = true;
    entry.status = 0;
    if (fault.cut === 'drop:connect') response.destroy();
    return;
  }
  if (fault?.kind === 'status') return sendFailure(exchange, fault.status);
  const problem = plan?.lax
    ? undefined
    : dialect.check(entry.body, exchange.request.headers, route.operation);
  if (problem) return sendComplaint(exchange, problem);
  const body = isObject(entry.body) ? entry.body : {};
  if (route.operation === 'count-tokens') {
    const { promptCharacters } = dialect.understand(body);
    return replyJson(
      exchange,
      200,
      JSON.stringify({ input_tokens: plan?.in ?? Math.max(1, Math.ceil(promptCharacters / 4)) }),
      plan?.headers,
    );
  }
  return generate(state, exchange, plan, body, fault);
}

async function answerRoute(
  state: ProviderState,
  route: Route,
  base: Omit<Exchange, 'plan' | 'dialect'>,
): Promise<void> {
  const { entry, request } = base;
  const exchange = (plan: Plan): Exchange => ({ ...base, dialect: route.dialect, plan });
  const refuse = (error: VendorError): void => sendComplaint(exchange({}), error);
  entry.dialect = route.dialect.name;
  entry.operation = route.operation;
  entry.credential = route.dialect.credentialOf(request.headers);
  const model = isObject(entry.body) ? entry.body.model : undefined;
  entry.model = typeof model === 'string' ? model : route.modelId;
  if (state.credentials && !state.credentials.includes(entry.credential ?? ''))
    return refuse({ status: 401, message: '', wording: 'key' });
  if (route.operation === 'list-models')
    return replyJson(base, 200, JSON.stringify(modelList(route.dialect.name, state.models)));
  if (route.operation === 'get-model')
    return replyJson(base, 200, JSON.stringify(modelRecord(route.dialect.name, String(route.modelId))));
  if (entry.body === undefined)
    return refuse({ status: 400, message: 'We could not parse the JSON body of your request.' });
  try {
    const plan = findPlan(state, route, entry, entry.body);
    entry.id = plan?.id;
    return await answerPost(state, route, exchange(plan ?? {}), plan);
  } catch (error) {
    if (error instanceof ScriptError) return refuse(complain('mock directive', error.message));
    throw error;
  }
}

/** Reads one request, journals it and answers it. */
export async function answerRequest(
  state: ProviderState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const method = request.method ?? 'GET';
  if (state.control && path.startsWith('/__mock/')) {
    const read = await readBody(request, state.maxBodyBytes);
    const body = read.kind === 'read' ? parse(read.bytes.toString('utf8')) : undefined;
    const { status, body: said } = control(method, path, body, state) ?? { status: 404, body: {} };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(said));
    return;
  }
  const entry = openEntry(state, request, response);
  const read = await readBody(request, state.maxBodyBytes);
  if (read.kind === 'gone') return;
  const route = findRoute(method, path, request.headers['anthropic-version'] !== undefined);
  const base = { request, response, entry };
  if (method === 'HEAD') return replyJson(base, 200, '');
  if (!route)
    return replyJson(
      base,
      404,
      JSON.stringify({
        error: {
          message: `Unknown request URL: ${method} ${path}.`,
          type: 'invalid_request_error',
          param: null,
          code: 'unknown_url',
        },
      }),
    );
  if (read.kind === 'too-large')
    return sendComplaint(
      { ...base, dialect: route.dialect, plan: {} },
      { status: 413, message: 'Request exceeds the maximum size' },
    );
  entry.raw = read.bytes.toString('utf8');
  entry.body = parse(entry.raw);
  await answerRoute(state, route, base);
}
