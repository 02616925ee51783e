import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import type { Stage } from './stage';

/** The official clients as a developer sets them up, without retries of their own. */
export const openaiClient = (stage: Stage, apiKey = stage.key): OpenAI =>
  new OpenAI({ apiKey, baseURL: `${stage.url}/v1`, maxRetries: 0 });

export const anthropicClient = (stage: Stage, apiKey = stage.key): Anthropic =>
  new Anthropic({ apiKey, baseURL: stage.url, maxRetries: 0 });

/** With the realm's own fetch: without it the client looks for a dispatcher that a test's realm does not show. */
export const geminiClient = (stage: Stage, apiKey = stage.key): GoogleGenAI =>
  new GoogleGenAI({ apiKey, httpOptions: { baseUrl: stage.url, fetch } });

/** What the gateway says about itself inside an error. */
export interface TurnpikeError {
  readonly layer: string;
  readonly reason: string;
  readonly request_id: string;
  readonly retry_after_s?: number;
  readonly attempts: readonly {
    readonly provider: string;
    readonly status: number | null;
    readonly reason: string;
  }[];
}

/** Awaits the rejection of a call. @throws when it does not reject. */
export async function rejectionOf(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('the call did not fail');
}
