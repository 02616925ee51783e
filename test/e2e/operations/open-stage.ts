import type { JournalEntry } from '../../../apps/mock-upstream/src/mock-upstream';
import { gatewayConfig, hostedEntry, providerEntry } from '../stage/gateway-config';
import { mockOf, openStage, type Stage } from '../stage/stage';

const VENDORS = [
  'chat',
  'gemini',
  'cohere',
  'ollama',
  'native',
  'azure-openai',
  'vertex',
  'bedrock',
] as const;
export type Vendor = (typeof VENDORS)[number];

/** Models by alias, each at a vendor of its own. */
const ROUTES: Readonly<Record<string, readonly string[]>> = {
  'embed-openai': ['chat/text-embedding-3-small'],
  'embed-gemini': ['gemini/gemini-embedding-001'],
  'embed-cohere': ['cohere/embed-v4.0'],
  'embed-ollama': ['ollama/nomic-embed-text'],
  'embed-azure': ['azure-openai/text-embedding-3-small'],
  'embed-vertex': ['vertex/text-embedding-005'],
  'embed-vertex-gemini': ['vertex/gemini-embedding-001'],
  'embed-titan': ['bedrock/amazon.titan-embed-text-v2:0'],
  'embed-bedrock-cohere': ['bedrock/cohere.embed-multilingual-v3'],
  'rerank-jina': ['chat/rerank-m'],
  'rerank-cohere': ['cohere/rerank-v3.5'],
  'rerank-bedrock': ['bedrock/cohere.rerank-v3-5:0'],
  whisper: ['chat/whisper-1'],
  transcribe: ['chat/gpt-4o-transcribe'],
  tts: ['chat/gpt-4o-mini-tts'],
  image: ['chat/gpt-image-1'],
  moderation: ['chat/omni-moderation-latest'],
  chat: ['chat/gpt-4o'],
  text: ['native/text-m'],
  google: ['gemini/gemini-2.5-flash'],
};

/** Every vendor's own provider behind one gateway. */
export const openOperationsStage = (): Promise<Stage> =>
  openStage({
    mocks: Object.fromEntries(VENDORS.map((name) => [name, { paceMs: 0 }])),
    config: (mocks) => {
      const at = (name: Vendor) => mockOf({ mocks }, name);
      return gatewayConfig({
        providers: {
          chat: providerEntry(at('chat'), 'chat'),
          gemini: providerEntry(at('gemini'), 'gemini'),
          cohere: providerEntry(at('cohere'), 'cohere'),
          ollama: providerEntry(at('ollama'), 'ollama'),
          native: { ...providerEntry(at('native'), 'chat'), use: 'vllm' },
          'azure-openai': {
            ...hostedEntry(at('azure-openai'), 'azure-openai'),
            deployments: { 'text-embedding-3-small': 'text-embedding-3-small-prod' },
          },
          vertex: hostedEntry(at('vertex'), 'vertex'),
          bedrock: hostedEntry(at('bedrock'), 'bedrock'),
        },
        routes: ROUTES,
      });
    },
  });

/** What a vendor was asked since it was last forgotten, without its tokens. */
export const askedOf = (stage: Stage, vendor: Vendor): readonly JournalEntry[] =>
  mockOf(stage, vendor).journal.entries.filter(({ operation }) => operation !== 'token');
