/** Headers in which clients name their session; the first one counts. */
export const NAMING_HEADERS = [
  'x-turnpike-session',
  'x-claude-code-session-id',
  'session-id',
  'session_id',
  'conversation_id',
  'x-session-affinity',
] as const;
