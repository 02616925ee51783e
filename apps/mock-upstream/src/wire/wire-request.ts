import type { IncomingHttpHeaders } from 'node:http';
import type { Json, JsonObject } from '@turnpike/kernel';
import type { TokenBook } from '../operations/tokens/token-book';
import type { KeptResponses } from '../responses/kept-responses';
import type { Seal } from './seal';

export type Operation =
  | 'generate'
  | 'count-tokens'
  | 'list-models'
  | 'get-model'
  | 'completions'
  | 'embeddings'
  | 'rerank'
  | 'moderations'
  | 'image-generations'
  | 'image-edits'
  | 'image-variations'
  | 'transcriptions'
  | 'translations'
  | 'speech'
  | 'token';

/** A file of a form, as far as it can be told without keeping it. */
export interface FormFile {
  readonly name: string;
  readonly filename: string;
  readonly contentType: string;
  /** Its size. */
  readonly bytes: number;
  readonly sha256: string;
}

/** A form as it came, in order. */
export interface WireForm {
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly files: readonly FormFile[];
}

/** At whose door a wire is spoken: the vendor's own, or a cloud that hosts it in a shape of its own. */
export type WireHost = 'vendor' | 'azure' | 'vertex';

/** A request as a dialect reads it. */
export interface WireRequest {
  readonly operation: Operation;
  readonly host: WireHost;
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  /** The body as it came. */
  readonly bytes: Uint8Array;
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
  /** The model, where the path names it. */
  readonly modelId: string | undefined;
  /** The path orders a stream. */
  readonly streams: boolean;
  readonly credential: string | undefined;
  /** undefined: the body is no JSON. */
  readonly body: Json | undefined;
  /** What a multipart body holds. */
  readonly form: WireForm | undefined;
  /** Members of the body or fields of the form; none when it is neither. */
  readonly members: JsonObject;
  readonly seal: Seal;
  readonly kept: KeptResponses;
  readonly tokens: TokenBook;
  /** Public keys of service accounts, and secrets of applications: where there are any, others are refused. */
  readonly googleKeys: Readonly<Record<string, string>>;
  readonly entraSecrets: Readonly<Record<string, string>>;
}
