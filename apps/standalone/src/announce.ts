export interface Announcement {
  readonly gateway: string;
  readonly admin: string;
  readonly ops: string;
  readonly adminKey: string;
  readonly developerKey: string;
  /** Keys are shown at the first start alone; later they are in the key file. */
  readonly firstStart: boolean;
  readonly keyFile: string;
  /** Model that the printed example asks for. */
  readonly model: string;
  readonly ms: number;
}

/** One JSON line for programs. */
export function renderJson(facts: Announcement): string {
  const keys = facts.firstStart ? { adminKey: facts.adminKey, developerKey: facts.developerKey } : {};
  return JSON.stringify({
    event: 'ready',
    gateway: facts.gateway,
    admin: facts.admin,
    ops: facts.ops,
    ...keys,
    ms: facts.ms,
  });
}

/** What a person needs for the first call. */
export function renderText(facts: Announcement): string {
  const body = JSON.stringify({ model: facts.model, messages: [{ role: 'user', content: 'Say hello.' }] });
  const shown = facts.firstStart
    ? [`  admin key      ${facts.adminKey}`, `  developer key  ${facts.developerKey}`]
    : [`  keys           in ${facts.keyFile}`];
  const key = facts.firstStart ? facts.developerKey : `$(node -p 'require("${facts.keyFile}").developerKey')`;
  return [
    '',
    `  gateway        ${facts.gateway}`,
    `  control plane  ${facts.admin}  (OpenAPI at /docs)`,
    `  operations     ${facts.ops}`,
    ...shown,
    ...(facts.firstStart ? [`                 kept in ${facts.keyFile}`] : []),
    '',
    '  Try it:',
    `  curl -s ${facts.gateway}/v1/chat/completions -H "authorization: Bearer ${key}" -H 'content-type: application/json' -d '${body}'`,
    '',
    `Turnpike is ready (${facts.ms} ms).`,
    '',
  ].join('\n');
}
