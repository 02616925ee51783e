import { Secret } from '@turnpike/kernel';
import {
  Authorizer,
  findProvider,
  Upstream,
  type Provider,
  type UpstreamCall,
  type UpstreamRequest,
  type UpstreamSink,
} from '@turnpike/provider';
import { exchangeSeries } from './exchange-series';

class Pending {
  aborted = false;

  constructor(
    readonly request: UpstreamRequest,
    readonly sink: UpstreamSink,
  ) {}

  get text(): string {
    return String(this.request.body as Buffer);
  }

  answer(body: string, status = 200): void {
    this.sink.onHead(status, ['x-of', this.text]);
    for (const piece of body) this.sink.onChunk(Buffer.from(piece));
    this.sink.onEnd();
  }
}

class HeldUpstream extends Upstream {
  readonly calls: Pending[] = [];

  dispatch(request: UpstreamRequest, sink: UpstreamSink): UpstreamCall {
    const call = new Pending(request, sink);
    this.calls.push(call);
    return { pause: () => undefined, resume: () => undefined, abort: () => (call.aborted = true) };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  of(text: string): Pending {
    const call = this.calls.find((each) => each.text === text);
    if (!call) throw new Error(`${text} was not asked`);
    return call;
  }
}

class NoHeaders extends Authorizer {
  authorize(): readonly string[] {
    return ['authorization', 'Bearer x'];
  }

  renew(): boolean {
    return false;
  }
}

const credential = { id: 'p/a', name: 'a', secret: new Secret('x'), quotaGroup: 'p/a' };
const provider = { name: 'p', definition: findProvider('openai') } as Provider;

function open(...bodies: readonly string[]): { upstream: HeldUpstream; heard: string[]; call: UpstreamCall } {
  const upstream = new HeldUpstream();
  const heard: string[] = [];
  const request = {
    provider,
    credential,
    method: 'POST',
    path: '/x',
    headers: ['a', 'b'],
    bodies: bodies.map((body) => Buffer.from(body)),
    deadlineMs: 1_000,
  } as const;
  const call = exchangeSeries({ upstream, authorizer: new NoHeaders() }, request, {
    onHead: (status, headers) => heard.push(`${status} ${headers[1]}`),
    onChunk: (chunk) => heard.push(chunk.toString()),
    onEnd: () => heard.push('end'),
    onError: ({ reason }) => heard.push(reason),
  });
  return { upstream, heard, call };
}

describe('exchangeSeries', () => {
  it('hands whole answers on in the order of the bodies', () => {
    const { upstream, heard } = open('a', 'b', 'c');
    upstream.of('c').answer('CC');
    upstream.of('b').answer('BB');
    expect(heard).toEqual([]);
    upstream.of('a').answer('AA');
    expect(heard).toEqual(['200 a', 'AA', '200 b', 'BB', '200 c', 'CC', 'end']);
    expect(upstream.calls[0]?.request).toMatchObject({
      path: '/x',
      credentialId: 'p/a',
      headers: ['a', 'b', 'authorization', 'Bearer x'],
    });
  });

  it('keeps four under way', () => {
    const { upstream, heard } = open('1', '2', '3', '4', '5', '6');
    expect(upstream.calls).toHaveLength(4);
    upstream.of('3').answer('x');
    expect(upstream.calls).toHaveLength(5);
    for (const text of ['1', '2', '4', '5', '6']) upstream.of(text).answer('x');
    expect(heard.at(-1)).toBe('end');
  });

  it('hands on what was paid for before it tells of a failure, and gives up the rest', () => {
    const { upstream, heard } = open('a', 'b', 'c', 'd');
    upstream.of('a').answer('AA');
    upstream.of('c').answer('CC');
    upstream.of('b').answer('no', 429);
    expect(heard).toEqual(['200 a', 'AA', '200 c', 'CC', '429 b', 'no', 'end']);
    expect(upstream.of('d').aborted).toBe(true);
    upstream.of('d').answer('late');
    expect(heard).toHaveLength(7);
  });

  it('tells of a broken connection once', () => {
    const { upstream, heard } = open('a', 'b');
    upstream.of('a').answer('AA');
    upstream.of('b').sink.onError({ phase: 'body', reason: 'socket_closed', message: 'x' });
    expect(heard).toEqual(['200 a', 'AA', 'socket_closed']);
  });

  it('ends as a whole', () => {
    const { upstream, heard, call } = open('a', 'b');
    call.abort();
    expect(upstream.calls.every(({ aborted }) => aborted)).toBe(true);
    upstream.of('a').answer('AA');
    expect(heard).toEqual([]);
  });

  it('gives each exchange what is left of the time', () => {
    const { upstream } = open('a');
    expect(upstream.of('a').request.deadlineMs).toBeLessThanOrEqual(1_000);
    expect(upstream.of('a').request.deadlineMs).toBeGreaterThan(500);
  });
});
