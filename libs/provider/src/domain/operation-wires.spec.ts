import type { UpstreamDialectId } from '@turnpike/protocol';
import { compileProvider } from './compile-provider';
import { fillPaths } from './operation-paths';
import { wireOf, type WireIds } from './operation-wires';
import type { OperationId } from './operation';
import type { Target } from './target';
import { findProvider } from '../registry';

function targetOf(use: string, model: string, over?: UpstreamDialectId): Target {
  const definition = findProvider(use);
  if (!definition) throw new Error(`no definition ${use}`);
  const settings = { region: 'r', project: 'p', location: 'l' };
  const entry = { use, baseUrl: 'http://127.0.0.1:1', credentials: [], ...settings };
  const provider = compileProvider('p', { ...entry, ...(over && { dialect: over }) }, definition);
  const dialect = over ?? definition.dialect;
  const paths = fillPaths(definition, { dialect, model, basePath: '', settings: provider.settings });
  return { provider, model, dialect, paths, weight: 1, capabilities: {} };
}

describe('wireOf', () => {
  it.each<[string, string, keyof WireIds, string | undefined]>([
    ['openai', 'text-embedding-3-small', 'embeddings', 'openai'],
    ['openai', 'gpt-4o', 'completions', 'chat'],
    ['openai', 'gpt-3.5-turbo-instruct', 'completions', 'native'],
    ['openai-compatible', 'm', 'completions', 'chat'],
    ['openai-compatible', 'm', 'rerank', 'jina'],
    ['vllm', 'm', 'completions', 'native'],
    ['gemini', 'gemini-embedding-001', 'embeddings', 'gemini'],
    ['vertex', 'gemini-embedding-001', 'embeddings', 'vertex'],
    ['cohere', 'embed-v4.0', 'embeddings', 'cohere'],
    ['cohere', 'rerank-v3.5', 'rerank', 'cohere'],
    ['ollama', 'nomic-embed-text', 'embeddings', 'ollama'],
    ['bedrock', 'amazon.titan-embed-text-v2:0', 'embeddings', 'titan'],
    ['bedrock', 'us.cohere.embed-v4:0', 'embeddings', 'bedrock-cohere'],
    ['bedrock', 'anthropic.claude-sonnet-4-5', 'embeddings', undefined],
    ['bedrock', 'cohere.rerank-v3-5:0', 'rerank', 'bedrock'],
    ['anthropic', 'claude-sonnet-4-5', 'embeddings', undefined],
    ['anthropic', 'claude-sonnet-4-5', 'completions', 'chat'],
  ])('%s %s spells %s as %s', (use, model, operation, wire) => {
    expect(wireOf(targetOf(use, model), operation)).toBe(wire);
  });

  it('leaves what a definition says of its own dialect out of another one', () => {
    expect(wireOf(targetOf('vertex', 'm', 'openai-chat'), 'embeddings')).toBe('openai');
  });
});

describe('where operations are', () => {
  it.each<[string, OperationId, string | undefined]>([
    ['openai', 'transcriptions', '/audio/transcriptions'],
    ['openai', 'rerank', undefined],
    ['groq', 'speech', '/audio/speech'],
    ['groq', 'embeddings', undefined],
    ['deepseek', 'embeddings', undefined],
    ['anthropic', 'embeddings', undefined],
    ['gemini', 'embeddings', '/v1beta/models/m:batchEmbedContents'],
    ['cohere', 'embeddings', '/v2/embed'],
    ['cohere', 'rerank', '/v2/rerank'],
    ['ollama', 'embeddings', '/api/embed'],
    ['bedrock', 'embeddings', '/model/m/invoke'],
    ['openai-compatible', 'moderations', '/moderations'],
  ])('%s has %s at %s', (use, operation, path) => {
    expect(targetOf(use, 'm').paths[operation]?.whole).toBe(path);
    // Whatever else it lacks, it generates.
    expect(targetOf(use, 'm').paths.generate).toBeDefined();
  });
});
