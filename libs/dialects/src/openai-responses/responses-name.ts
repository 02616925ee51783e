/** This dialect's name in requests, routes and configuration. */
export const OPENAI_RESPONSES_ID = 'openai-responses';

/** Whose encrypted reasoning and file ids come unwrapped in this dialect. */
export const VENDOR = 'openai';
