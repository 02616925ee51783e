import type { Json, JsonObject } from '@turnpike/kernel';
import { wireRequest } from '../wire/fixtures/wire-request';
import { createSeal } from '../wire/seal';
import type { VendorError } from '../wire/vendor-error';
import type { WireRequest } from '../wire/wire-request';
import { checkBedrock } from './check-bedrock';

const SEAL = createSeal('bedrock');
const CLAUDE = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const text = (words: string): JsonObject => ({ text: words });
const user = (...content: JsonObject[]): JsonObject => ({
  role: 'user',
  content: content.length ? content : [text('hi')],
});
const said = (...content: JsonObject[]): JsonObject => ({ role: 'assistant', content });
const use = (id: string, input: Json = {}): JsonObject => ({ toolUse: { toolUseId: id, name: 'f', input } });
const result = (id: string, content: Json = [text('ok')]): JsonObject => ({
  toolResult: { toolUseId: id, content },
});
const spec = (extra: JsonObject = {}): JsonObject => ({
  toolSpec: { name: 'f', inputSchema: { json: { type: 'object' } }, ...extra },
});
const toolConfig = { tools: [spec()] };
const base = (extra: JsonObject = {}): JsonObject => ({ messages: [user()], ...extra });
const talk = (...messages: JsonObject[]): JsonObject => ({ messages, toolConfig });
const thought = (words: string, signature = SEAL.sign(words)): JsonObject => ({
  reasoningContent: { reasoningText: { text: words, signature } },
});
const redacted = (data: string): JsonObject => ({
  reasoningContent: { redactedContent: Buffer.from(data).toString('base64') },
});
const thinks = (extra: JsonObject = {}): JsonObject =>
  base({
    inferenceConfig: { maxTokens: 4096 },
    additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } },
    ...extra,
  });
const png = { image: { format: 'png', source: { bytes: 'AAAA' } } };
const pdf = (name: string): JsonObject => ({ document: { format: 'pdf', name, source: { bytes: 'AAAA' } } });

const judge = (body: Json, extra: Partial<WireRequest> = {}): VendorError | undefined =>
  checkBedrock(wireRequest(body, { seal: SEAL, modelId: CLAUDE, ...extra }));

describe('what Converse accepts', () => {
  it.each<[string, JsonObject]>([
    ['a plain request', base({ system: [text('be brief'), { cachePoint: { type: 'default' } }] })],
    ['a call and its result', talk(user(), said(text('so'), use('1')), user(result('1'), text('go on')))],
    ['results of every kind', talk(user(), said(use('1')), user(result('1', [{ json: { a: 1 } }, png])))],
    ['thoughts of its own mint', talk(user(), said(thought('hm'), use('1')), user(result('1')))],
    ['sealed thoughts of its own mint', talk(user(), said(redacted(SEAL.sign('x')), text('a')), user())],
    ['a document beside a text', base({ messages: [user(pdf('a b (1)'), text('read'))] })],
    ['a start of the answer', base({ messages: [user(), said(text('{'))] })],
    ['thinking', thinks()],
    ['a choice of a tool', base({ toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'f' } } } })],
  ])('%s', (_name, body) => {
    expect(judge(body)).toBeUndefined();
  });

  it('a conversation to count', () => {
    expect(judge({ input: { converse: base() } }, { operation: 'count-tokens' })).toBeUndefined();
  });
});

describe('what Converse refuses', () => {
  it.each<[string, Json, string]>([
    ['no object', 'x', 'not valid JSON'],
    ['no messages', {}, 'messages field is required'],
    ['members of other vendors', base({ model: 'm' }), 'extraneous key [model]'],
    ['an unknown setting', base({ inferenceConfig: { topK: 1 } }), 'extraneous key [topK]'],
    ['a high temperature', base({ inferenceConfig: { temperature: 1.5 } }), 'from 0 to 1'],
    ['a blank text', base({ messages: [user(text(' '))] }), 'is blank'],
    ['a blank system text', base({ system: [text('')] }), 'is blank'],
    ['a typed block', base({ messages: [user({ type: 'text', text: 'x' })] }), 'exactly one of its members'],
    ['an unknown block', base({ messages: [user({ input_audio: {} })] }), 'extraneous key [input_audio]'],
    ['an assistant first', base({ messages: [said(text('a')), user()] }), 'start with a user message'],
    ['two users in a row', base({ messages: [user(), user()] }), 'alternate'],
    [
      'tool blocks without tools',
      base({ messages: [user(), said(use('1')), user(result('1'))] }),
      'toolConfig field must be defined',
    ],
    ['no tools in a config', base({ toolConfig: { tools: [] } }), 'length greater than or equal to 1'],
    [
      'a call without its result',
      talk(user(), said(use('1')), user()),
      'Expected toolResult blocks at messages.2.content for the following Ids: 1',
    ],
    ['a call at the end', talk(user(), said(use('1'))), 'Expected toolResult blocks'],
    ['a result without its call', talk(user(result('1'))), 'exceeds the number of toolUse blocks'],
    ['text before results', talk(user(), said(use('1')), user(text('so'), result('1'))), 'must come first'],
    ['an id with a dot', talk(user(), said(use('a.b')), user(result('a.b'))), 'regular expression pattern'],
    [
      'an input that is no object',
      talk(user(), said(use('1', 'x')), user(result('1'))),
      'Provide a json object',
    ],
    [
      'an id twice',
      talk(user(), said(use('1')), user(result('1')), said(use('1')), user(result('1'))),
      'must be unique',
    ],
    [
      'a foreign thought',
      talk(user(), said(thought('hm', createSeal('messages').sign('hm')), text('a')), user()),
      'Invalid `signature`',
    ],
    [
      'a changed thought',
      talk(user(), said(thought('hm!', SEAL.sign('hm')), text('a')), user()),
      'Invalid `signature`',
    ],
    ['foreign sealed thoughts', talk(user(), said(redacted('x'), text('a')), user()), 'Invalid `data`'],
    [
      'an image of another format',
      base({ messages: [user({ image: { format: 'jpg', source: { bytes: 'AAAA' } } })] }),
      'png, jpeg, gif, webp',
    ],
    [
      'an image by address',
      base({ messages: [user({ image: { format: 'png', source: { url: 'x' } } })] }),
      'has no source',
    ],
    [
      'a document with a dot in its name',
      base({ messages: [user(pdf('a.pdf'), text('x'))] }),
      'The document file name',
    ],
    ['documents of one name', base({ messages: [user(pdf('a'), pdf('a'), text('x'))] }), 'unique names'],
    ['a document alone', base({ messages: [user(pdf('a'))] }), 'Include a text block'],
    [
      'a schema that is no object',
      base({ toolConfig: { tools: [spec({ inputSchema: { json: { type: 'array' } } })] } }),
      'must be one of the following: object',
    ],
    [
      'an empty description',
      base({ toolConfig: { tools: [spec({ description: '' })] } }),
      'length greater than',
    ],
    [
      'no choice',
      base({ toolConfig: { ...toolConfig, toolChoice: { none: {} } } }),
      'exactly one of auto, any, tool',
    ],
    [
      'a choice of another tool',
      base({ toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'g' } } } }),
      'not among the tools',
    ],
    ['thinking beyond the cap', thinks({ inferenceConfig: { maxTokens: 1024 } }), 'must be greater than'],
    [
      'thinking and a must',
      thinks({ toolConfig: { ...toolConfig, toolChoice: { any: {} } } }),
      'forces tool use',
    ],
    [
      'thinking and a loop without it',
      thinks({ toolConfig, messages: [user(), said(use('1')), user(result('1'))] }),
      'Expected `thinking`',
    ],
    [
      'an unknown beta',
      base({ additionalModelRequestFields: { anthropic_beta: ['claude-code-20250219'] } }),
      'invalid beta flag',
    ],
    ['spaces after a started answer', base({ messages: [user(), said(text('a '))] }), 'trailing whitespace'],
  ])('%s', (_name, body, words) => {
    const problem = judge(body);
    expect(problem?.status).toBe(400);
    expect(`${String(problem?.param)} ${String(problem?.message)}`).toContain(words);
  });

  it('a start of the answer where the model takes none', () => {
    const body = base({ messages: [user(), said(text('a'))] });
    expect(judge(body, { modelId: 'amazon.nova-pro-v1:0' })?.message).toContain('end with a user message');
  });
});
