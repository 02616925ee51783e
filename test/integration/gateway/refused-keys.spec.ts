import { configOf, openDataPlane, openUpstream } from './open-data-plane';

it('keys that are refused everywhere are ours to mend, also where some targets were never asked', async () => {
  const upstreams = await Promise.all(
    Array.from({ length: 5 }, () =>
      openUpstream((_, response) => {
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { message: 'Incorrect API key', code: 'invalid_api_key' } }));
      }),
    ),
  );
  const plane = await openDataPlane(configOf(upstreams.map(({ url }) => url)));
  try {
    const response = await fetch(`${plane.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${plane.key}` },
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hello' }] }),
    });
    expect([response.status, response.headers.get('retry-after')]).toEqual([502, null]);
    expect(plane.ledger.calls[0]?.attempts).toHaveLength(3);
  } finally {
    await plane.close();
    await Promise.all(upstreams.map((upstream) => upstream.close()));
  }
});
