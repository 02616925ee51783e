import { gatewayConfig } from '../stage/gateway-config';
import type { Stage } from '../stage/stage';
import { openStage } from '../stage/stage';

/** Wires that are no front door, each by the provider definition that speaks it. */
export const WIRES = ['bedrock', 'cohere', 'ollama'] as const;
export type Wire = (typeof WIRES)[number];

/** Faults that cool a target down: each client meets them at a provider of its own. */
export const COOLING = ['429', 'error:start', 'error:mid', 'eof:mid', 'drop:mid'] as const;
export type Cooling = (typeof COOLING)[number];

const MODELS: Readonly<Record<Wire, string>> = {
  bedrock: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  cohere: 'command-a-reasoning-08-2025',
  ollama: 'qwen3:8b',
};
/** Where one model thinks and another sees. */
const SEEING: Readonly<Partial<Record<Wire, string>>> = { cohere: 'command-a-vision-07-2025' };
const CREDENTIALS: Readonly<Record<Wire, Record<string, string>>> = {
  bedrock: { accessKeyId: 'AKIDMOCKUPSTREAM', secretAccessKey: 'mock-upstream-secret' },
  cohere: { apiKey: 'key-cohere' },
  ollama: { apiKey: 'key-ollama' },
};

export const aliasOf = (wire: Wire): string => `via-${wire}`;
export const seeingAliasOf = (wire: Wire): string => (SEEING[wire] ? `seeing-${wire}` : aliasOf(wire));
const faulty = (wire: Wire, fault: Cooling, client: string): string =>
  `${wire}-${fault}-${client}`.replace(/[^\w-]/g, '-');
export const faultyAliasOf = (wire: Wire, fault: Cooling, client: string): string =>
  `via-${faulty(wire, fault, client)}`;

const providerEntry = (wire: Wire, baseUrl: string): Record<string, unknown> => ({
  use: wire,
  baseUrl,
  allowPrivateNetwork: true,
  credentials: [{ name: 'c1', ...CREDENTIALS[wire] }],
  ...(wire === 'bedrock' ? { region: 'eu-central-1' } : {}),
  timeouts: { connectMs: 2_000, firstByteMs: 5_000, idleMs: 2_000, totalMs: 60_000 },
});

/** One provider per wire, and one more per fault and client. */
export const openWires = (clients: readonly string[]): Promise<Stage> => {
  const broken = WIRES.flatMap((wire) =>
    COOLING.flatMap((fault) => clients.map((client) => ({ wire, fault, client }))),
  );
  return openStage({
    mocks: Object.fromEntries(WIRES.map((wire) => [wire, { paceMs: 0 }])),
    config: (mocks) => {
      const entry = (wire: Wire): Record<string, unknown> => providerEntry(wire, mocks[wire]?.url ?? '');
      return gatewayConfig({
        providers: Object.fromEntries([
          ...WIRES.map((wire) => [wire, entry(wire)] as const),
          ...broken.map(({ wire, fault, client }) => [faulty(wire, fault, client), entry(wire)] as const),
        ]),
        routes: Object.fromEntries([
          ...WIRES.map((wire) => [aliasOf(wire), [`${wire}/${MODELS[wire]}`]] as const),
          ...WIRES.map((wire) => [seeingAliasOf(wire), [`${wire}/${SEEING[wire] ?? MODELS[wire]}`]] as const),
          ...broken.map(
            ({ wire, fault, client }) =>
              [
                faultyAliasOf(wire, fault, client),
                [`${faulty(wire, fault, client)}/${MODELS[wire]}`],
              ] as const,
          ),
        ]),
        extra: { resilience: { maxAttempts: 1 } },
      });
    },
  });
};
