import { PROVIDERS } from '@turnpike/provider';

/** A definition and the wire that it is configured with. */
export interface ServingPair {
  readonly provider: string;
  readonly dialect: string;
}

/** A key is all that a recording's provider gets: tokens would have to be asked for elsewhere. */
const takesKey = (id: string): boolean =>
  Object.values(PROVIDERS).some((one) => one.id === id && one.auth.kind !== 'google-token');

/** Definitions in their own wire, and the two that have both of OpenAI's. */
export const SERVING_PAIRS: readonly ServingPair[] = [
  ...Object.values(PROVIDERS).map(({ id, dialect }) => ({ provider: id, dialect })),
  { provider: 'openai', dialect: 'openai-responses' },
  { provider: 'openai-compatible', dialect: 'openai-responses' },
].filter(({ provider }) => takesKey(provider));

/** What the provider of that pair is called here. */
export const providerName = ({ provider, dialect }: ServingPair): string => `${provider}.${dialect}`;

const HOSTS: ReadonlyMap<string, string> = new Map(
  Object.values(PROVIDERS).flatMap(({ id, baseUrl, privateNetwork }) =>
    baseUrl === undefined || privateNetwork || baseUrl.includes('{')
      ? []
      : [[new URL(baseUrl).host, id] as const],
  ),
);

/** Hosts that differ from account to account. */
const HOST_PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\.openai\.azure\.com$/, 'azure-openai'],
  [/\.cognitiveservices\.azure\.com$/, 'azure-openai'],
];

/** Definitions that stand for any server of a wire. */
const GENERIC: Readonly<Record<string, string>> = {
  'openai-chat': 'openai-compatible',
  'openai-responses': 'openai-compatible',
  'anthropic-messages': 'anthropic-compatible',
  'gemini-generate': 'gemini-compatible',
};

/** Who serves recordings of this host and wire: its own definition where there is one, else one for any server. */
export function findServingPair(host: string, dialect: string): ServingPair | undefined {
  const own = HOSTS.get(host) ?? HOST_PATTERNS.find(([pattern]) => pattern.test(host))?.[1];
  const among = (provider: string | undefined): ServingPair | undefined =>
    SERVING_PAIRS.find((pair) => pair.dialect === dialect && pair.provider === provider);
  return among(own) ?? among(GENERIC[dialect]) ?? SERVING_PAIRS.find((pair) => pair.dialect === dialect);
}
