import type { UpstreamDialect } from '../stage/gateway-config';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JournalEntry } from '../../../apps/mock-upstream/src/mock-upstream';
import { gatewayConfig } from '../stage/gateway-config';
import type { Stage } from '../stage/stage';
import { mockOf, openStage } from '../stage/stage';
import { matrixEntry, targetAt, UPSTREAMS } from '../sdk-matrix/open-matrix';
import type { Agent, AgentAnswer } from './agent';

/** Troubles that leave a cooldown behind have a provider of their own, so that they trouble nobody else. */
const TROUBLES = ['limited', 'waiting', 'cut'] as const;
export type Trouble = (typeof TROUBLES)[number];

/** What the note says; nothing else on the stage does. */
export const SECRET = 'heliotrope-7';

/** 64 x 64 pixels of red. */
const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAeUlEQVR4nO3PQQkAMAzAwCqpfymTNRF7HINABFzm7H7dcEEDWtCAFjSgBQ1oQQNa0IAWNKAFDWhBA1rQgBY0oAUNaEEDWtCAFjSgBQ1oQQNa0IAWNKAFDWhBA1rQgBY0oAUNaEEDWtCAFjSgBQ1oQQNa0IAWNKAFj13Kp0DxHeM4GQAAAABJRU5ErkJggg==';

const providerOf = (upstream: UpstreamDialect, trouble?: Trouble): string =>
  trouble === undefined ? upstream : `${upstream}-${trouble}`;
const aliasOf = (model: string, provider: string): string => `${model}-via-${provider}`;

export interface Errand {
  readonly upstream: UpstreamDialect;
  /** What the provider does with the agent's requests, in the form of its script. */
  readonly plan: Readonly<Record<string, unknown>>;
  /** Default: the agent's first. */
  readonly model?: string;
  readonly trouble?: Trouble;
  /** The session to go on with. */
  readonly session?: string;
}

export interface Errands {
  readonly answer: AgentAnswer;
  /** The requests that reached the provider, in order. */
  readonly seen: readonly JournalEntry[];
}

/** A gateway between an agent and one provider per dialect, and a directory to work in. */
export class AgentStage {
  readonly note: string;
  readonly picture: string;
  private serial = 0;
  private readonly rules = new Map<UpstreamDialect, unknown[]>();

  private constructor(
    private readonly stage: Stage,
    readonly folder: string,
  ) {
    this.note = path.join(folder, 'note.txt');
    this.picture = path.join(folder, 'picture.png');
    writeFileSync(this.note, `The secret word is ${SECRET}.\n`);
    writeFileSync(this.picture, Buffer.from(PICTURE, 'base64'));
  }

  /** Every model is asked for by its name with the provider's behind it: agents look at how a name begins. */
  static async open(models: readonly string[]): Promise<AgentStage> {
    const folder = mkdtempSync(path.join(tmpdir(), 'turnpike-agent-'));
    const stage = await openStage({
      mocks: Object.fromEntries(UPSTREAMS.map((upstream) => [upstream, { paceMs: 0 }])),
      config: (mocks) => {
        const places = UPSTREAMS.flatMap((upstream) =>
          [undefined, ...TROUBLES].map((trouble) => ({ upstream, provider: providerOf(upstream, trouble) })),
        );
        return gatewayConfig({
          providers: Object.fromEntries(
            places.map(({ upstream, provider }) => [
              provider,
              matrixEntry(mockOf({ mocks }, upstream), upstream, provider),
            ]),
          ),
          routes: Object.fromEntries(
            models.flatMap((model) =>
              places.map(({ upstream, provider }) => [
                aliasOf(model, provider),
                [targetAt(provider, upstream)],
              ]),
            ),
          ),
        });
      },
    });
    return new AgentStage(stage, folder);
  }

  async close(): Promise<void> {
    await this.stage.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Sends the agent on an errand. The provider knows its requests by a word of the prompt that no other errand has. */
  async send(agent: Agent, errand: Errand): Promise<Errands> {
    const { upstream } = errand;
    const word = `errand-${++this.serial}-end`;
    const mock = mockOf(this.stage, upstream);
    // The latest first: a resumed session's prompt holds the words of its earlier errands too.
    const rules = [{ match: { prompt: word }, plan: errand.plan }, ...(this.rules.get(upstream) ?? [])];
    this.rules.set(upstream, rules);
    mock.script(rules);
    const answer = await this.ask(agent, word, errand);
    const seen = mock.journal.entries.filter(
      (entry) => entry.operation === 'generate' && entry.raw.includes(word),
    );
    return { answer, seen };
  }

  /** One run with another key than the stage's. */
  askAs(key: string, agent: Agent, upstream: UpstreamDialect): Promise<AgentAnswer> {
    return this.ask(agent, 'nothing', { upstream, plan: {} }, key);
  }

  private ask(agent: Agent, word: string, errand: Errand, key = this.stage.key): Promise<AgentAnswer> {
    return agent.run({
      prompt: `Please do ${word} now.`,
      project: this.folder,
      home: path.join(this.folder, '.home', agent.name),
      url: this.stage.url,
      key,
      model: aliasOf(errand.model ?? agent.models[0], providerOf(errand.upstream, errand.trouble)),
      session: errand.session,
    });
  }
}
