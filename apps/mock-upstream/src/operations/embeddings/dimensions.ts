/** Dimensions of a model's vectors; models that nobody knows have few, so that tests can read them. */
const TABLE: readonly (readonly [RegExp, number])[] = [
  [/^text-embedding-3-large/, 3072],
  [/^text-embedding-(3-small|ada-002)/, 1536],
  [/gemini-embedding/, 3072],
  [/^text-(multilingual-)?embedding-0/, 768],
  [/embed-v4/, 1536],
  [/(cohere\.)?embed-(english|multilingual)-v3/, 1024],
  [/titan-embed-text-v1|titan-embed-g1/, 1536],
  [/titan-embed/, 1024],
  [/nomic-embed/, 768],
];

export const dimensionsOf = (model: string): number =>
  TABLE.find(([pattern]) => pattern.test(model))?.[1] ?? 16;
