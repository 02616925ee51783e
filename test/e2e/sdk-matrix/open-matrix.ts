import type { MockUpstream } from '../../../apps/mock-upstream/src/mock-upstream';
import type { UpstreamDialect } from '../stage/gateway-config';
import { gatewayConfig, providerEntry, UPSTREAM_DIALECTS } from '../stage/gateway-config';
import type { Stage } from '../stage/stage';
import { mockOf, openStage } from '../stage/stage';

/** Every kind of provider that the mock can be: wires that are front doors too, and wires that only providers speak. */
export const UPSTREAMS: readonly UpstreamDialect[] = UPSTREAM_DIALECTS;

/** As `providerEntry`. Responses are the vendor's own: servers that only speak like it are asked for no more than they must know. */
export const matrixEntry = (mock: MockUpstream, upstream: UpstreamDialect, name: string): unknown => ({
  ...providerEntry(mock, upstream, [`${name}-4f7d`]),
  ...(upstream === 'responses' ? { use: 'openai' } : {}),
});

const MODELS: Readonly<Partial<Record<UpstreamDialect, string>>> = {
  bedrock: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  cohere: 'command-a-reasoning-08-2025',
  ollama: 'qwen3:8b',
};

/** Ollama does not say what it read out of a cache. */
export const reportsCache = (upstream: UpstreamDialect): boolean => upstream !== 'ollama';

/** Nor do these say how many output tokens were thinking. */
export const reportsThinking = (upstream: UpstreamDialect): boolean =>
  !['bedrock', 'cohere', 'ollama'].includes(upstream);

/** Cohere's models either call tools and think, or see. */
export const seesImages = (upstream: UpstreamDialect): boolean => upstream !== 'cohere';
const SEEING = 'command-a-vision-07-2025';

/** The alias of a model that sees. */
export const seeingAliasFor = (upstream: UpstreamDialect): string =>
  seesImages(upstream) ? aliasFor(upstream) : `seeing-${aliasFor(upstream)}`;

/** A target at a provider of that kind. */
export const targetAt = (provider: string, upstream: UpstreamDialect): string =>
  `${provider}/${MODELS[upstream] ?? 'model-x'}`;

export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/**
 * Providers that sign their thinking, and see it again whatever the client speaks: it carries the signature, or the gateway
 * remembers which calls the thinking led to.
 */
export const SIGNING: readonly UpstreamDialect[] = ['messages', 'responses', 'gemini', 'bedrock'];

/** Thinking in a request, as the provider itself signed it or in the words that it was said in. */
export const thoughtsIn = (body: string): number =>
  body.match(/bW9jay1zaW|Thinking about [\w-]+, step 1/g)?.length ?? 0;

/** Beginnings of model names from which clients conclude what a model can do. */
const KNOWN_NAMES = ['gpt-5', 'gemini-2.5-pro', 'claude-sonnet-4-5'] as const;
export type KnownName = (typeof KNOWN_NAMES)[number];

/** The alias whose only target speaks that dialect. */
export const aliasFor = (upstream: UpstreamDialect, known?: KnownName): string =>
  `${known === undefined ? '' : `${known}-`}via-${upstream}`;

/** The provider for one fault, with a credential of its own: what cools there cools nothing else. */
const faultyProvider = (upstream: UpstreamDialect, fault: string | number): string =>
  `${upstream}-${String(fault).replace(/\W/g, '-')}`;

export const faultyModel = (upstream: UpstreamDialect, fault: string | number): string =>
  `broken-${faultyProvider(upstream, fault)}`;

/** One provider per dialect, each behind an alias, and one more per dialect and fault. */
export const openMatrix = (faults: readonly (string | number)[]): Promise<Stage> =>
  openStage({
    mocks: Object.fromEntries(UPSTREAMS.map((upstream) => [upstream, { paceMs: 0 }])),
    config: (mocks) => {
      const broken = UPSTREAMS.flatMap((upstream) => faults.map((fault) => ({ upstream, fault })));
      const entry = (upstream: UpstreamDialect, name: string): [string, unknown] => [
        name,
        matrixEntry(mockOf({ mocks }, upstream), upstream, name),
      ];
      return gatewayConfig({
        providers: Object.fromEntries([
          ...UPSTREAMS.map((upstream) => entry(upstream, upstream)),
          ...broken.map(({ upstream, fault }) => entry(upstream, faultyProvider(upstream, fault))),
        ]),
        routes: Object.fromEntries<string[]>([
          ...UPSTREAMS.flatMap((upstream) =>
            [undefined, ...KNOWN_NAMES].map((known): [string, string[]] => [
              aliasFor(upstream, known),
              [targetAt(upstream, upstream)],
            ]),
          ),
          ...UPSTREAMS.filter((upstream) => !seesImages(upstream)).map((upstream): [string, string[]] => [
            seeingAliasFor(upstream),
            [`${upstream}/${SEEING}`],
          ]),
          ...broken.map(({ upstream, fault }): [string, string[]] => [
            faultyModel(upstream, fault),
            [targetAt(faultyProvider(upstream, fault), upstream)],
          ]),
        ]),
        extra: { resilience: { maxAttempts: 1 } },
      });
    },
  });
