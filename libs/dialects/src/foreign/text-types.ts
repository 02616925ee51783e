/** Types whose bytes are words, beside those that say so: code, data and markup. */
const WORDS =
  /^(?:text\/.+|application\/(?:.+\+)?(?:json|xml|yaml|x-yaml|toml|sql|graphql|javascript|x-javascript|typescript|x-typescript|x-sh|x-python|x-ndjson|jsonl))$/;

/** True: a document of this type can be told in words where files of it cannot be sent. */
export const isWordsType = (mimeType: string): boolean => WORDS.test(mimeType);

const isUtf8 = (bytes: Buffer): boolean => Buffer.from(bytes.toString('utf8')).equals(bytes);

/** The words of a document; undefined where its bytes are none. */
export function wordsOfDocument(mimeType: string, data: string): string | undefined {
  if (!isWordsType(mimeType)) return undefined;
  const bytes = Buffer.from(data, 'base64');
  return mimeType.startsWith('text/') || isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
