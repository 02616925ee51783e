/** What the URL says in this dialect: the body names neither the model nor whether to stream. */
export interface GeminiAddress {
  readonly model: string;
  readonly stream: boolean;
}

/** Verbs behind the last colon of the path. */
export const GEMINI_VERBS = [
  'generateContent',
  'streamGenerateContent',
  'countTokens',
  'embedContent',
  'batchEmbedContents',
] as const;
export type GeminiVerb = (typeof GEMINI_VERBS)[number];

const VERBS: ReadonlySet<string> = new Set(GEMINI_VERBS);
const COLLECTION = 'models/';

/** A model's name without the name of its collection: `models/x` and `x` are the same. */
export const bareModel = (name: string): string =>
  name.startsWith(COLLECTION) ? name.slice(COLLECTION.length) : name;

/** Reads `<model>:<verb>`, the end of a path behind `models/`; undefined when it is none of this dialect's. */
export function readGeminiPath(
  tail: string,
): { readonly model: string; readonly verb: GeminiVerb } | undefined {
  const colon = tail.lastIndexOf(':');
  const verb = tail.slice(colon + 1);
  if (colon < 1 || !VERBS.has(verb)) return undefined;
  try {
    return { model: bareModel(decodeURIComponent(tail.slice(0, colon))), verb: verb as GeminiVerb };
  } catch {
    return undefined;
  }
}

/** Path below the base URL, query included. A model's name cannot leave its place in it. */
export function writeGeminiPath(model: string, verb: GeminiVerb): string {
  const name = encodeURIComponent(bareModel(model)).replaceAll('%3A', ':');
  return `/v1beta/models/${name}:${verb}${verb === 'streamGenerateContent' ? '?alt=sse' : ''}`;
}
