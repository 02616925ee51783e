import { compileProvider, PROVIDERS, type ProviderId } from '@turnpike/provider';
import { SchemeAuthorizer } from '@turnpike/provider/auth/scheme-authorizer';

/** What a process of its own, with its own environment, would send for one exchange: printed as JSON. */
async function printHeaders(asked: string): Promise<void> {
  const { use, ...entry } = JSON.parse(asked) as { use: ProviderId };
  const provider = compileProvider('p', { use, credentials: [], ...entry }, PROVIDERS[use]);
  const [credential] = provider.credentials;
  if (!credential) throw new Error('no credential');
  const headers = await new SchemeAuthorizer().authorize({
    provider,
    credential,
    method: 'POST',
    path: '/x',
    headers: ['content-type', 'application/json'],
    body: Buffer.from('{}'),
    deadlineMs: 8_000,
  });
  process.stdout.write(JSON.stringify(headers));
}

printHeaders(process.argv[2] ?? '{}').catch((error: unknown) => {
  process.stdout.write(JSON.stringify({ failed: error instanceof Error ? error.message : 'unknown' }));
});
