import type { DialectId } from '@turnpike/protocol';

/** This dialect's name in requests, routes and configuration. */
export const OPENAI_RESPONSES_ID = 'openai-responses' as DialectId;

/** Whose encrypted reasoning and file ids come unwrapped in this dialect. */
export const VENDOR = 'openai';
