import type { Json, JsonObject } from '@turnpike/kernel';
import type { CacheMark, Part, TextPart, Turn } from './content';
import type { DialectId } from './dialect-id';

export interface Tool {
  readonly kind: 'function' | 'custom' | 'hosted';
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments; absent for custom and hosted tools. */
  readonly schema?: JsonObject;
  readonly strict?: boolean;
  readonly namespace?: string;
  /** What the client says of the whole namespace. */
  readonly namespaceDescription?: string;
  /** Told by an item of the conversation: in its own dialect the item carries it. */
  readonly inConversation?: boolean;
  /** Grammar of a custom tool, as the client wrote it. */
  readonly format?: Json;
  readonly cache?: CacheMark;
  /** The tool as its dialect wrote it, for hosted tools and for members that only one dialect knows. */
  readonly raw?: JsonObject;
}

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'any' }
  | { readonly kind: 'tool'; readonly name: string }
  | { readonly kind: 'allowed'; readonly names: readonly string[]; readonly mode: 'auto' | 'any' };

export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** What the client asks of the model's thinking. `budget` in tokens; 'auto' leaves it to the model. */
export interface ReasoningRequest {
  readonly effort?: Effort;
  readonly budget?: number | 'auto';
  readonly show?: 'auto' | 'concise' | 'detailed' | 'summarized' | 'omitted';
}

export interface OutputFormat {
  readonly kind: 'text' | 'json' | 'schema';
  readonly name?: string;
  readonly schema?: JsonObject;
  readonly strict?: boolean;
  readonly description?: string;
}

/** One generation request in our own vocabulary. `undefined` means the client did not say; it is never 0. */
export interface ChatRequest {
  readonly dialect: DialectId;
  /** The name the client asked for. */
  readonly model: string;
  readonly system: readonly TextPart[];
  readonly turns: readonly Turn[];
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelTools?: boolean;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly choices?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly logitBias?: JsonObject;
  readonly logprobs?: { readonly top?: number };
  readonly format?: OutputFormat;
  readonly reasoning?: ReasoningRequest;
  readonly verbosity?: string;
  readonly user?: string;
  readonly metadata?: JsonObject;
  readonly tier?: string;
  readonly cacheKey?: string;
  readonly cacheTtl?: string;
  readonly stream: boolean;
  /** Chat clients alone may leave usage out of a stream; other dialects always carry it. */
  readonly includeUsage: boolean;
  /** What answers of the client's dialect repeat of the request, as the client wrote it. */
  readonly echo?: JsonObject;
  /** Top-level members that only the client's dialect knows, by name, untouched. */
  readonly native: JsonObject;
}

export type { Part, Turn };
