import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { ScriptError } from '../script/read-plan';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';
import { answerPost, withPlan } from './answer-post';
import { control } from './control';
import type { Exchange } from './exchange';
import { replyJson } from './exchange';
import type { JournalEntry } from './journal';
import { modelList, modelRecord } from './model-list';
import type { ProviderState } from './provider-state';
import { readBody } from './read-body';
import type { Route } from './routes';
import { findRoute } from './routes';
import { sendComplaint } from './send-failure';

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

async function answerRoute(
  state: ProviderState,
  route: Route,
  base: Omit<Exchange, 'plan' | 'dialect' | 'scripted'>,
): Promise<void> {
  const { entry, request } = base;
  const exchange: Exchange = { ...base, dialect: route.dialect, plan: {}, scripted: false };
  const refuse = (error: VendorError): void => sendComplaint(exchange, error);
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
    return await answerPost(state, route, withPlan(state, exchange));
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
      { ...base, dialect: route.dialect, plan: {}, scripted: false },
      { status: 413, message: 'Request exceeds the maximum size' },
    );
  entry.raw = read.bytes.toString('utf8');
  entry.body = parse(entry.raw);
  await answerRoute(state, route, base);
}
