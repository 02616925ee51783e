import type { UpstreamDialect } from '../stage/gateway-config';
import { seesImages, SIGNING, thoughtsIn, UPSTREAMS } from '../sdk-matrix/open-matrix';
import type { Agent, AgentAnswer } from './agent';
import type { Errands } from './agent-stage';
import { AgentStage, SECRET } from './agent-stage';

const RUN_LIMIT_MS = 200_000;
/** Clocks and timers of three processes. */
const SLACK_MS = 100;

export interface CasesOptions {
  /** Models besides the agent's own that an agent's further cases use. */
  readonly models?: readonly string[];
  /** Providers that get their thinking back with the results of the tools they called. Default: all that sign it. */
  readonly keepsThinkingAt?: readonly UpstreamDialect[];
  /** Providers that get it back in a later run of the session too; not every agent keeps it that long. */
  readonly resumesThinkingAt?: readonly UpstreamDialect[];
  /** Providers that take what the agent sends of tools out of an earlier run for wrong, and the agent speaks their own API. */
  readonly resumesWithoutToolsAt?: readonly UpstreamDialect[];
  /** Only what tells one client API from another: calls of tools, results and images. */
  readonly brief?: boolean;
}

/** The end of what was printed, where a run went wrong. */
const trouble = (answer: AgentAnswer): string => (answer.exitCode === 0 ? '' : answer.output.slice(-1_500));

const complaints = (seen: Errands['seen']): unknown[] => seen.flatMap((entry) => entry.complaint ?? []);
const lastBody = (seen: Errands['seen']): string => seen.at(-1)?.raw ?? '';
/** The picture as it is, or as an agent encodes it anew. */
const imagesIn = (body: string): number => body.match(/(?:iVBORw0KGgo|\/9j\/)[\w+/]{100,}/g)?.length ?? 0;
const times = (text: string, part: string): number => text.split(part).length - 1;

function expectDone({ answer, seen }: Errands, text: string): void {
  expect(complaints(seen)).toEqual([]);
  expect({ code: answer.exitCode, text: answer.text.trim(), trouble: trouble(answer) }).toEqual({
    code: 0,
    text,
    trouble: '',
  });
}

function describeOneTool(agent: Agent, stage: () => AgentStage, upstream: UpstreamDialect): void {
  it(
    'answers a prompt',
    async () => {
      const plan = { text: 'ü漢字🙂 "q" done', chunks: 7, splitBytes: 5 };
      const run = await stage().send(agent, { upstream, plan });
      expectDone(run, 'ü漢字🙂 "q" done');
      expect(run.seen).toHaveLength(1);
    },
    RUN_LIMIT_MS,
  );

  it.each(agent.models)(
    'calls a tool and reads its result (%s)',
    async (model) => {
      const plan = { tool: 1, ...agent.read(stage().note), text: 'I have read it.' };
      const run = await stage().send(agent, { upstream, model, plan });
      expectDone(run, 'I have read it.');
      expect(run.seen.map((entry) => times(entry.raw, SECRET))).toEqual([0, 1]);
    },
    RUN_LIMIT_MS,
  );
}

function describeMoreTools(agent: Agent, stage: () => AgentStage, upstream: UpstreamDialect): void {
  it(
    'runs two tools at once',
    async () => {
      const order = (agent.readTwice ?? agent.read)(stage().note);
      const plan = { tool: 2, sayToo: true, ...order, text: 'Both ran.' };
      const run = await stage().send(agent, { upstream, plan });
      expectDone(run, 'Both ran.');
      expect(times(lastBody(run.seen), SECRET)).toBe(2);
    },
    RUN_LIMIT_MS,
  );

  if (!seesImages(upstream)) return;
  it(
    'shows an image as the result of a tool',
    async () => {
      const plan = { tool: 1, ...agent.look(stage().picture), text: 'It is red.' };
      const run = await stage().send(agent, { upstream, plan });
      expectDone(run, 'It is red.');
      expect(imagesIn(lastBody(run.seen))).toBe(1);
    },
    RUN_LIMIT_MS,
  );
}

function describeSessions(
  agent: Agent,
  stage: () => AgentStage,
  upstream: UpstreamDialect,
  options: CasesOptions,
): void {
  const keeps = (options.keepsThinkingAt ?? SIGNING).includes(upstream);
  const resumes = options.resumesThinkingAt?.includes(upstream) === true;
  const tool = options.resumesWithoutToolsAt?.includes(upstream) ? 0 : 1;
  it(
    `thinks, answers, then goes on in the same session${keeps ? ' and keeps the thinking' : ''}`,
    async () => {
      const plan = { think: 1, tool, ...agent.read(stage().note), text: 'First.' };
      const first = await stage().send(agent, { upstream, plan });
      expectDone(first, 'First.');
      if (keeps && tool) expect(thoughtsIn(lastBody(first.seen))).toBeGreaterThan(0);
      const { session } = first.answer;
      expect(session).not.toBe('');
      const second = await stage().send(agent, { upstream, session, plan: { text: 'Second.' } });
      expectDone(second, 'Second.');
      const body = lastBody(second.seen);
      expect([times(body, SECRET), body.includes('First.')]).toEqual([tool, true]);
      if (resumes) expect(thoughtsIn(body)).toBeGreaterThan(0);
    },
    RUN_LIMIT_MS,
  );
}

function describeTroubles(agent: Agent, stage: () => AgentStage, upstream: UpstreamDialect): void {
  it.each([
    ['without Retry-After', 'limited', { limit: 'none' }, 0],
    ['with Retry-After', 'waiting', { limit: 'seconds', waitMs: 2_000 }, 2_000],
  ] as const)(
    'gets over a 429 %s',
    async (_, trouble, limit, waitMs) => {
      // Strikes are counted by what a plan says: each has words of its own.
      const text = `No longer ${trouble}.`;
      const plan = { fault: '429', times: 1, ...limit, text };
      const run = await stage().send(agent, { upstream, trouble, plan });
      expectDone(run, text);
      expect(run.seen.map((entry) => entry.status)).toEqual([429, 200]);
      const [refused, taken] = run.seen.map((entry) => entry.receivedAtMs);
      expect(Number(taken) - Number(refused)).toBeGreaterThanOrEqual(waitMs - SLACK_MS);
    },
    RUN_LIMIT_MS,
  );

  it(
    'asks again when a stream breaks',
    async () => {
      // Agents send thinking back that came to nothing, which the vendor itself refuses.
      const think = upstream === 'responses' ? { think: 0 } : {};
      const text = 'All of this answer has to be there.';
      const plan = { fault: 'drop:mid', times: 1, chunks: 8, ...think, text };
      const { answer, seen } = await stage().send(agent, { upstream, trouble: 'cut', plan });
      expect(complaints(seen)).toEqual([]);
      expect(seen[0]?.cut).toBe(true);
      expect([answer.exitCode, trouble(answer), seen.length]).toEqual([0, '', 2]);
      // Some print the first part twice.
      expect(answer.text.trim()).toMatch(/All of this answer has to be there\.$/);
    },
    RUN_LIMIT_MS,
  );

  it(
    'says what is wrong with a request that the provider refuses',
    async () => {
      const { answer, seen } = await stage().send(agent, {
        upstream,
        plan: { fault: '400', message: 'no such luck' },
      });
      expect(answer.exitCode).not.toBe(0);
      expect(answer.output).toContain('no such luck');
      expect(seen.length).toBeGreaterThan(0);
    },
    RUN_LIMIT_MS,
  );
}

/** The cases that every agent has to pass in front of every kind of provider. */
export function describeAgent(title: string, agent: Agent, options: CasesOptions = {}): () => AgentStage {
  let opened: AgentStage | undefined;
  const stage = (): AgentStage => {
    if (!opened) throw new Error('the stage is not open yet');
    return opened;
  };
  beforeAll(async () => {
    opened = await AgentStage.open([...agent.models, ...(options.models ?? [])]);
  }, 90_000);
  afterAll(() => opened?.close(), 30_000);

  describe.each(UPSTREAMS)(`${title} in front of a %s provider`, (upstream) => {
    if (!options.brief) describeOneTool(agent, stage, upstream);
    describeMoreTools(agent, stage, upstream);
    if (options.brief) return;
    describeSessions(agent, stage, upstream, options);
    describeTroubles(agent, stage, upstream);
  });
  return stage;
}
