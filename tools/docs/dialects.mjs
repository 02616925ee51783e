import { PLAIN, PROBES } from './dialect-probes.mjs';
import { code, page, table } from './markdown.mjs';

const TITLES = {
  'openai-chat': 'OpenAI Chat Completions',
  'openai-responses': 'OpenAI Responses',
  'anthropic-messages': 'Anthropic Messages',
  'gemini-generate': 'Gemini generateContent',
  'bedrock-converse': 'Amazon Bedrock Converse',
  'cohere-chat': 'Cohere v2 chat',
  'ollama-chat': 'Ollama native chat',
};
const FRONT_DOORS = {
  'openai-chat': '`POST /v1/chat/completions`',
  'openai-responses': '`POST /v1/responses`',
  'anthropic-messages': '`POST /v1/messages`',
  'gemini-generate':
    '`POST /v1beta/models/{model}:generateContent`, `:streamGenerateContent` with and without `alt=sse`',
};
/** Whose servers speak it first: members that only the vendor's own take are shown as taken. */
const VENDORS = {
  'openai-chat': 'openai',
  'openai-responses': 'openai',
  'anthropic-messages': 'anthropic',
  'gemini-generate': 'gemini',
  'bedrock-converse': 'bedrock',
  'cohere-chat': 'cohere',
  'ollama-chat': 'ollama',
};
/** Stands for what the gateway fetches where a target takes no URLs. */
const FETCHED = { kind: 'base64', mimeType: 'image/png', data: 'iVBORw0KGgo=' };
const STOPS = ['end', 'stop_sequence', 'length', 'context_full', 'tool', 'filtered', 'refusal', 'pause'];
const USAGE = {
  input: 1000,
  cacheRead: 200,
  cacheWrite5m: 30,
  cacheWrite1h: 4,
  cacheWriteUnknownTtl: 0,
  output: 70,
  reasoning: 50,
};
const VIEW = { id: 'x', model: 'm', createdAt: 0, includeUsage: true, inputEstimate: 0 };

const addressOf = (id) => (id === 'gemini-generate' ? { model: 'm', stream: false } : undefined);

/** Body and losses of one request at one target, or the refusal. */
function encode({ DIALECTS, UPSTREAM_DIALECTS, inlineMedia, urlsToFetch }, [client, upstream], body) {
  const target = { model: 'm', capabilities: {}, vendor: VENDORS[upstream] };
  try {
    const request = DIALECTS[client].decodeRequest(body, addressOf(client));
    const wants = (part) => UPSTREAM_DIALECTS[upstream].takesUrl?.(part) === false;
    const urls = urlsToFetch(request, wants);
    const fetched = new Map(urls.map((url) => [url, FETCHED]));
    const told = inlineMedia(request, wants, fetched);
    const { body: sent, losses } = UPSTREAM_DIALECTS[upstream].encodeRequest(told, target);
    return { sent: JSON.stringify(sent), losses, fetched: urls.length > 0 };
  } catch (error) {
    if (error.name !== 'GatewayError') throw error;
    return { refused: error.reason };
  }
}

/** What becomes of one probe on one pair. */
function outcomeOf(dialects, pair, members) {
  const plain = encode(dialects, pair, PLAIN[pair[0]]);
  const probe = encode(dialects, pair, { ...PLAIN[pair[0]], ...members });
  if (probe.refused) return '400';
  const own = probe.losses.filter((loss) => !plain.losses.includes(loss));
  if (own.length > 0) return own.map(code).join(' ');
  if (probe.fetched) return 'fetched';
  return probe.sent === plain.sent ? 'left out' : 'kept';
}

function pairTable(dialects, client) {
  const upstreams = Object.keys(dialects.UPSTREAM_DIALECTS).filter((id) => id !== client);
  const rows = Object.entries(PROBES)
    .filter(([, says]) => says[client])
    .map(([thing, says]) => [
      thing,
      ...upstreams.map((upstream) => outcomeOf(dialects, [client, upstream], says[client])),
    ]);
  return `## ${TITLES[client]} clients\n\n${table(['what the client says', ...upstreams.map(code)], rows)}`;
}

const CALL = { kind: 'call', id: 'call_1', name: 'f', args: '{}', tool: 'function' };
const answerOf = (stop) => ({
  parts: [stop === 'tool' ? CALL : { kind: 'text', text: 'hi' }],
  stop,
  ...(stop === 'stop_sequence' && { stopSequence: 'END' }),
  usage: USAGE,
});

const STOP_AT = {
  'openai-chat': ({ choices }) => choices[0].finish_reason,
  'openai-responses': ({ status, incomplete_details: why }) => (why ? `${status} / ${why.reason}` : status),
  'anthropic-messages': ({ stop_reason }) => stop_reason,
  'gemini-generate': ({ candidates }) => candidates[0].finishReason,
};

function stopTable({ DIALECTS }) {
  const ids = Object.keys(DIALECTS);
  const rows = STOPS.map((stop) => [
    code(stop),
    ...ids.map((id) => code(STOP_AT[id](DIALECTS[id].encodeResponse(answerOf(stop), VIEW)))),
  ]);
  return `## Why an answer ended\n\n${table(['reason', ...ids.map(code)], rows)}`;
}

function usageTable({ DIALECTS }) {
  const rows = Object.entries(DIALECTS).map(([id, dialect]) => [
    code(id),
    code(JSON.stringify(dialect.writeUsage(USAGE))),
  ]);
  const intro =
    'The same call, 1000 tokens read fresh, 200 from a cache, 30 written to it for five minutes and 4 for an hour, ' +
    '70 tokens of output of which 50 were reasoning, as each dialect counts it:';
  return `## Usage\n\n${intro}\n\n${table(['dialect', 'usage'], rows)}`;
}

/** What maps to what and what is lost on each pair, asked of the encoders themselves. */
export function renderDialects(dialects) {
  const { DIALECTS, UPSTREAM_DIALECTS } = dialects;
  const rows = Object.keys(UPSTREAM_DIALECTS).map((id) => [
    code(id),
    TITLES[id] ?? id,
    FRONT_DOORS[id] ?? 'targets only',
  ]);
  const intro =
    'A client speaks one of the dialects with a front door; a target speaks any. Where both speak the same, the request ' +
    'goes on as it came and the answer comes back as it is, but for the model name and what the provider refuses. ' +
    'Otherwise the tables below say what becomes of each thing: **kept** (in the words of the target), **left out** (has ' +
    'no effect on the answer), **fetched** (the gateway sends the bytes behind the URL), **400** (refused before anything is spent, unless another target can), or a code that ' +
    '`x-turnpike-warnings` carries. They show a target without listed capabilities; a model that can do less loses more.';
  return page(
    'Dialects',
    intro,
    table(['dialect', 'name', 'front door'], rows),
    ...Object.keys(DIALECTS).map((client) => pairTable(dialects, client)),
    stopTable(dialects),
    usageTable(dialects),
  );
}
