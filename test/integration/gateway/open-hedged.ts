import { Hedges, placesOf, type GatedPlace } from '@turnpike/routing';
import { until } from '@turnpike/testing';
import type { CallEntry } from '@turnpike/billing';
import { answerJson, answerStream, streamOf, wholeOf } from './chat-events';
import {
  configOf,
  openDataPlane,
  openUpstream,
  type DataPlaneFixture,
  type RawUpstream,
  type UpstreamHandler,
} from './open-data-plane';
import { chat } from './raw-client';

/** How long a first attempt may say nothing in these tests. */
export const AFTER_MS = 100;

export const isStream = (body: Buffer): boolean =>
  (JSON.parse(body.toString()) as { stream?: boolean }).stream === true;

/** Answers with one text, whole or streamed as it was asked, after so long. */
export const says =
  (text: string, afterMs = 0): UpstreamHandler =>
  (_request, response, body) => {
    const answer = (): void =>
      isStream(body) ? answerStream(response, streamOf(text)) : answerJson(response, wholeOf(text));
    if (afterMs === 0) answer();
    else setTimeout(answer, afterMs);
  };

export const silent: UpstreamHandler = () => undefined;

export const fails =
  (status: number, body: string, afterMs = 0): UpstreamHandler =>
  (_request, response) =>
    void setTimeout(() => answerJson(response, body, status), afterMs);

export interface HedgedAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  readonly ms: number;
  readonly call: CallEntry;
}

/** An alias `m` that hedges over several upstreams. */
export interface HedgedFixture {
  readonly plane: DataPlaneFixture;
  readonly upstreams: readonly RawUpstream[];
  readonly places: readonly GatedPlace[];
  ask(over?: object, path?: string): Promise<HedgedAnswer>;
  /** The ledger's entry of the call that ended last. */
  settled(): Promise<CallEntry>;
  /** As many calls as one more hedge takes. */
  earnHedge(): void;
  /** Hedges that could be paid for now. */
  hedgesLeft(): number;
  close(): Promise<void>;
}

export interface HedgedOptions extends NonNullable<Parameters<typeof configOf>[1]> {
  /** Of the credentials of each provider. */
  readonly limits?: object;
  /** Credentials of each provider, each a group of its own. */
  readonly keys?: readonly string[];
  /** Nothing is remembered of a target. */
  readonly forgetful?: boolean;
}

export async function openHedged(
  handlers: readonly UpstreamHandler[],
  { limits, keys, forgetful = false, ...over }: HedgedOptions = {},
): Promise<HedgedFixture> {
  const upstreams = await Promise.all(handlers.map((handler) => openUpstream(handler)));
  const config = configOf(
    upstreams.map(({ url }) => url),
    { ...over, model: { hedge: { afterMs: AFTER_MS }, ...over.model } },
  ) as { providers: Record<string, { credentials: object[] }> };
  for (const provider of Object.values(config.providers)) {
    if (keys) provider.credentials = keys.map((apiKey, i) => ({ name: `c${i + 1}`, apiKey }));
    if (limits) provider.credentials = provider.credentials.map((each) => ({ ...each, limits }));
  }
  const plane = await openDataPlane(config, { forgetful });
  const { deps, ledger, observer } = plane;
  const places = placesOf(deps.snapshot().catalog.resolve('m')?.targets ?? []);
  const settled = () => until(() => ledger.calls.at(-1), { what: 'the ledger entry' });
  return {
    plane,
    upstreams,
    places,
    settled,
    ask: async (body = {}, path = '/v1/chat/completions') => {
      const known = ledger.calls.length;
      const began = performance.now();
      const response = await fetch(`${plane.url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${plane.key}` },
        body: JSON.stringify(chat(body)),
      });
      const text = await response.text();
      const ms = performance.now() - began;
      const call = await until(() => ledger.calls[known], { what: 'the ledger entry' });
      return { status: response.status, text, headers: response.headers, ms, call };
    },
    earnHedge: () => {
      for (let calls = 0; calls < 50; calls++) deps.hedges.earn();
    },
    hedgesLeft: () => {
      const copy = Object.assign(new Hedges(), deps.hedges);
      let left = 0;
      for (; copy.affords(); left++) copy.spend();
      return left;
    },
    close: async () => {
      try {
        await until(() => deps.active.size === 0, { what: 'the end of all calls' });
        expect(observer.defects).toEqual([]);
        expect(deps.keepers.size).toBe(0);
        // Whatever was let in has been handed back.
        const underway = places.map((place) => deps.gates.signals(place, deps.clock()).inFlight);
        expect(underway).toEqual(places.map(() => 0));
      } finally {
        await plane.close();
        for (const upstream of upstreams) await upstream.close();
      }
    },
  };
}
