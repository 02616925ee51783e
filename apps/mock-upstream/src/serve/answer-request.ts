import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json, JsonObject } from '@turnpike/kernel';
import { ScriptError } from '../script/read-plan';
import { asText } from '../wire/member-rules';
import { openaiError } from '../wire/openai-error';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';
import { answerPost, withPlan } from './answer-post';
import { control } from './control';
import type { Conversation, Exchange } from './exchange';
import { replyBody } from './exchange';
import type { JournalEntry } from './journal';
import { modelList, modelRecord } from './model-list';
import type { ProviderState } from './provider-state';
import { readBody } from './read-body';
import { isForm, readForm } from './read-form';
import type { Received } from './received';
import { refusedCaller, wireOf } from './received';
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

/** JSON, or the fields of a form of a token endpoint. */
function parseBody({ headers }: IncomingMessage, text: string): Json | undefined {
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return parse(text);
  return Object.fromEntries(new URLSearchParams(text));
}

/** Reads what came with a request and notes it; a text says what went wrong. */
async function receive(
  { request, entry }: Conversation,
  limitBytes: number,
): Promise<Received | 'gone' | 'too-large' | 'broken'> {
  const onFirstByte = (): void => {
    entry.bodyStartedAtMs = Date.now();
  };
  if (isForm(request)) {
    const read = await readForm(request, limitBytes, onFirstByte);
    entry.bodyEndedAtMs = Date.now();
    if (read.kind !== 'read') return read.kind;
    entry.form = read.form;
    const fields: JsonObject = Object.fromEntries(read.form.fields);
    return { body: fields, form: read.form, bytes: Buffer.alloc(0) };
  }
  const read = await readBody(request, limitBytes, onFirstByte);
  entry.bodyEndedAtMs = Date.now();
  if (read.kind !== 'read') return read.kind;
  entry.raw = read.bytes.toString('utf8');
  entry.body = parseBody(request, entry.raw);
  return { body: entry.body, form: undefined, bytes: read.bytes };
}

async function answerRoute(
  state: ProviderState,
  route: Route,
  base: Conversation,
  received: Received,
): Promise<void> {
  const { entry } = base;
  const { face, operation, service } = route;
  const wire = wireOf(state, route, base, received);
  const exchange: Exchange = { ...base, dialect: face, wire, plan: {}, scripted: false };
  const refuse = (error: VendorError): void => sendComplaint(exchange, error);
  entry.dialect = face.name;
  entry.operation = operation;
  entry.credential = wire.credential;
  entry.model = route.modelId ?? (asText(wire.members.model) || undefined);
  const stranger = refusedCaller(state, face, wire);
  if (stranger) return refuse(stranger);
  if (!service) {
    const shown =
      operation === 'list-models'
        ? modelList(face.name, state.models)
        : modelRecord(face.name, String(route.modelId));
    return replyBody(base, 200, JSON.stringify(shown));
  }
  if (received.body === undefined)
    return refuse({ status: 400, message: 'We could not parse the JSON body of your request.' });
  try {
    return await answerPost(state, service, withPlan(state, service, exchange));
  } catch (error) {
    if (error instanceof ScriptError) return refuse(complain('mock directive', error.message));
    throw error;
  }
}

/** Refuses what no dialect knows, in the words of the vendor whose paths are most often mistaken. */
function refuseUnknown(base: Conversation, method: string, path: string): void {
  // Clients that try a web socket here first go on with plain requests after this status.
  const upgrade = method === 'GET' && path.endsWith('/responses');
  const error: VendorError = upgrade
    ? { status: 426, message: 'Upgrade Required' }
    : { status: 404, message: `Unknown request URL: ${method} ${path}.`, code: 'unknown_url' };
  replyBody(base, error.status, JSON.stringify(openaiError(error)));
}

async function answerControl(
  state: ProviderState,
  { request, response }: Omit<Conversation, 'entry'>,
  path: string,
): Promise<void> {
  const read = await readBody(request, state.maxBodyBytes);
  const body = read.kind === 'read' ? parse(read.bytes.toString('utf8')) : undefined;
  const { status, body: said } = control(request.method ?? 'GET', path, body, state) ?? {
    status: 404,
    body: {},
  };
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(said));
}

/** Reads one request, journals it and answers it. */
export async function answerRequest(
  state: ProviderState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const method = request.method ?? 'GET';
  if (state.control && path.startsWith('/__mock/')) return answerControl(state, { request, response }, path);
  const base = { request, response, entry: openEntry(state, request, response) };
  const received = await receive(base, state.maxBodyBytes);
  if (received === 'gone') return;
  if (method === 'HEAD') return replyBody(base, 200, '');
  const route = findRoute(method, path, request.headers);
  if (!route) return refuseUnknown(base, method, path);
  const dialect = route.face;
  if (received === 'too-large')
    return sendComplaint({ ...base, dialect }, { status: 413, message: 'Request exceeds the maximum size' });
  if (received === 'broken')
    return sendComplaint({ ...base, dialect }, { status: 400, message: 'Could not parse multipart form' });
  await answerRoute(state, route, base, received);
}
