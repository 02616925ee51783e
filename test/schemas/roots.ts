import type {
  Message,
  MessageCreateParamsBase,
  RawMessageStreamEvent,
} from '@anthropic-ai/sdk/resources/messages/messages';
import type { MessageCreateParamsBase as BetaMessageCreateParamsBase } from '@anthropic-ai/sdk/resources/beta/messages/messages';
import type { ErrorType } from '@anthropic-ai/sdk/resources/shared';
import type {
  Candidate,
  Content,
  GenerateContentResponsePromptFeedback,
  GenerateContentResponseUsageMetadata,
  GenerationConfig,
  ImageConfig,
  ModelStatus,
  SafetySetting,
  Tool,
  ToolConfig,
} from '@google/genai';
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParamsBase,
} from 'openai/resources/chat/completions/completions';
import type {
  Response,
  ResponseCreateParamsBase,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses';

/** Our own account of a failure stands beside the vendor's words. */
interface Accounted {
  turnpike?: object;
}

/** The vendor's SDK reads `error` of a body and types nothing of it; these are the members its documentation names. */
interface OpenAiError {
  error: OpenAiErrorObject;
}
interface OpenAiErrorObject extends Accounted {
  message: string;
  type: string;
  param: string | null;
  code: string | null;
}

/** The SDK's error objects differ in their type alone; 413 has a type of its own that the SDK leaves out. */
interface MessagesError {
  type: 'error';
  error: MessagesErrorObject;
  request_id?: string | null;
}
interface MessagesErrorObject extends Accounted {
  type: ErrorType | 'request_too_large';
  message: string;
  details?: object;
}

interface GoogleError {
  error: GoogleErrorObject;
}
interface GoogleErrorObject extends Accounted {
  code: number;
  message: string;
  status: string;
  details?: { '@type': string; [name: string]: unknown }[];
}

/** One name per schema: what we send upstream, whole answers, stream events, error bodies. */
export interface OpenaiChat {
  request: ChatCompletionCreateParamsBase;
  answer: ChatCompletion;
  event: ChatCompletionChunk;
  error: OpenAiError;
}

export interface OpenaiResponses {
  request: ResponseCreateParamsBase;
  answer: Response;
  event: ResponseStreamEvent;
  error: OpenAiError;
}

export interface AnthropicMessages {
  request: MessageCreateParamsBase;
  answer: Message;
  /** Keep-alives are no event of the SDK's type: it swallows them. */
  event: RawMessageStreamEvent | { type: 'ping' };
  error: MessagesError;
}

/** What clients may send beside a beta header. */
export interface AnthropicMessagesBeta {
  request: BetaMessageCreateParamsBase;
}

/** The SDK describes its own calls; on the wire their members lie in the body like this. */
interface GenerateContentBody {
  contents: Content[];
  systemInstruction?: Content;
  tools?: Tool[];
  toolConfig?: ToolConfig;
  safetySettings?: SafetySetting[];
  generationConfig?: GenerationConfig & { imageConfig?: ImageConfig };
  cachedContent?: string;
  labels?: Record<string, string>;
  serviceTier?: string;
  store?: boolean;
}

/** `GenerateContentResponse` is a class with getters: these are the members that travel. */
interface GenerateContentAnswer {
  candidates?: Candidate[];
  promptFeedback?: GenerateContentResponsePromptFeedback;
  usageMetadata?: GenerateContentResponseUsageMetadata;
  modelVersion?: string;
  responseId?: string;
  createTime?: string;
  modelStatus?: ModelStatus;
}

export interface GeminiGenerate {
  request: GenerateContentBody;
  answer: GenerateContentAnswer;
  event: GenerateContentAnswer;
  error: GoogleError;
}
