import { Registry } from 'prom-client';
import { OpsServer } from './ops-server';
import type { CheckState } from './polled-check';

type Get = (path: string, method?: string) => Promise<{ status: number; body: string }>;

const servers: OpsServer[] = [];
const open = async (port = 0): Promise<{ ops: OpsServer; port: number; get: Get }> => {
  const ops = new OpsServer({ host: '127.0.0.1', port, registry: new Registry() });
  const bound = await ops.listen();
  servers.push(ops);
  const get: Get = async (path, method = 'GET') => {
    const answer = await fetch(`http://127.0.0.1:${bound}${path}`, { method });
    return { status: answer.status, body: await answer.text() };
  };
  return { ops, port: bound, get };
};

afterEach(async () => {
  await Promise.all(servers.splice(0).map((ops) => ops.close()));
});

describe('OpsServer', () => {
  it('is alive at once, started and ready when it is told so', async () => {
    const { ops, get } = await open();
    expect((await get('/livez')).status).toBe(200);
    expect((await get('/startupz')).status).toBe(503);
    expect((await get('/readyz')).status).toBe(503);
    ops.markStarted();
    expect((await get('/startupz')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);
  });

  it('names each dependency and is not ready while one fails', async () => {
    const { ops, get } = await open();
    let postgres: CheckState = { ok: true };
    ops.addCheck('postgres', () => postgres);
    ops.markStarted();
    expect(JSON.parse((await get('/readyz')).body)).toEqual({
      status: 'ready',
      dependencies: { postgres: { ok: true } },
    });
    postgres = { ok: false, detail: 'connection refused' };
    const answer = await get('/readyz');
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body)).toEqual({ status: 'not ready', dependencies: { postgres } });
    expect((await get('/livez')).status).toBe(200);
  });

  it('is not ready while it drains', async () => {
    const { ops, get } = await open();
    ops.markStarted();
    ops.startDraining();
    expect(await get('/readyz')).toMatchObject({
      status: 503,
      body: expect.stringContaining('draining') as string,
    });
    expect((await get('/livez')).status).toBe(200);
  });

  it('serves metrics, and nothing else', async () => {
    const { get } = await open();
    expect((await get('/metrics')).status).toBe(200);
    expect((await get('/metrics?x=1')).status).toBe(200);
    expect((await get('/elsewhere')).status).toBe(404);
    expect((await get('/livez', 'POST')).status).toBe(405);
    expect(await get('/livez', 'HEAD')).toEqual({ status: 200, body: '' });
  });

  it('says in one sentence that its port is taken', async () => {
    const { port } = await open();
    const second = new OpsServer({ host: '127.0.0.1', port, registry: new Registry() });
    await expect(second.listen()).rejects.toThrow(
      `Cannot listen on ops port ${port} (OPS_PORT): it is in use`,
    );
  });
});
