export * from './cohere-embeddings';
export * from './embeddings';
export * from './gemini-embeddings';
export * from './ollama-embeddings';
export * from './openai-embeddings';
export * from './titan-embeddings';
export * from './vectors';
export * from './vertex-embeddings';
