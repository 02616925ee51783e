import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openTokenEndpoint, type TokenEndpoint } from './token-endpoint';

const ROOT = path.resolve(__dirname, '../../..');
const VERTEX = { use: 'vertex', project: 'p1', location: 'global' };
const BEDROCK = { use: 'bedrock', region: 'eu-west-1' };
const AZURE = { use: 'azure-openai', baseUrl: 'https://x.openai.azure.com' };

let tokens: TokenEndpoint;
let folder: string;

beforeEach(async () => {
  tokens = await openTokenEndpoint(() => ({ status: 404, body: {} }));
  folder = mkdtempSync(path.join(tmpdir(), 'turnpike-identity-'));
});

afterEach(async () => {
  await tokens.close();
  rmSync(folder, { recursive: true });
});

/** The headers of a process with nothing but this environment. */
function headersOf(asked: object, env: Record<string, string>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['-r', './test/register-swc.cjs', path.join(__dirname, 'print-headers.ts'), JSON.stringify(asked)],
      { cwd: ROOT, env: { HOME: folder, ...env }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`exit ${code}`))));
  });
}

describe('the identity that a process runs under', () => {
  it('Google: the metadata of the machine', async () => {
    tokens.answer = ({ url }) =>
      url.includes('/token') ? { body: { access_token: 'ya29.machine', expires_in: 3_600 } } : { body: 'ok' };
    const env = { GCE_METADATA_HOST: tokens.url.replace('http://', '') };
    expect(await headersOf(VERTEX, env)).toEqual(['authorization', 'Bearer ya29.machine']);
    expect(decodeURIComponent(tokens.asked.at(-1)?.url ?? '')).toContain('auth/cloud-platform');
    expect(tokens.asked.at(-1)?.headers['metadata-flavor']).toBe('Google');
  }, 30_000);

  it('Google: a federation that a file names', async () => {
    const file = path.join(folder, 'federation.json');
    const federation = {
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${tokens.url}/v1/token`,
      credential_source: { file: path.join(folder, 'subject') },
    };
    writeFileSync(file, JSON.stringify(federation));
    writeFileSync(path.join(folder, 'subject'), 'subject-token');
    tokens.answer = () => ({ body: { access_token: 'ya29.federated', expires_in: 3_600 } });
    const headers = await headersOf(VERTEX, { GOOGLE_APPLICATION_CREDENTIALS: file });
    expect(headers).toEqual(['authorization', 'Bearer ya29.federated']);
    expect(tokens.asked[0]?.form.get('subject_token')).toBe('subject-token');
  }, 30_000);

  it('AWS: the container', async () => {
    tokens.answer = () => ({
      body: {
        AccessKeyId: 'ASIACONTAINER',
        SecretAccessKey: 'container-secret',
        Token: 'container-session',
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
      },
    });
    const headers = (await headersOf(BEDROCK, {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${tokens.url}/creds`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'pod-token',
    })) as string[];
    expect(headers.join()).toContain('Credential=ASIACONTAINER/');
    expect(headers[headers.indexOf('x-amz-security-token') + 1]).toBe('container-session');
    expect(headers.join()).not.toContain('container-secret');
    expect(tokens.asked[0]?.headers.authorization).toBe('pod-token');
  }, 30_000);

  it('AWS: variables', async () => {
    const env = { AWS_ACCESS_KEY_ID: 'AKIAVARIABLE', AWS_SECRET_ACCESS_KEY: 'variable-secret' };
    expect(JSON.stringify(await headersOf(BEDROCK, env))).toContain('Credential=AKIAVARIABLE/');
    expect(tokens.asked).toEqual([]);
  }, 30_000);

  it('AWS: a profile', async () => {
    const file = path.join(folder, 'credentials');
    writeFileSync(file, '[team]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = s\n');
    const env = { AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: 'team' };
    expect(JSON.stringify(await headersOf(BEDROCK, env))).toContain('Credential=AKIAPROFILE/');
  }, 30_000);

  it('Entra: a managed identity', async () => {
    const expires = Math.floor(Date.now() / 1_000) + 3_600;
    tokens.answer = () => ({ body: { access_token: 'eyJ.managed', expires_on: String(expires) } });
    const headers = await headersOf(AZURE, {
      IDENTITY_ENDPOINT: `${tokens.url}/msi/token`,
      IDENTITY_HEADER: 'pod-header',
    });
    expect(headers).toEqual(['authorization', 'Bearer eyJ.managed']);
    expect(tokens.asked[0]?.url).toContain('resource=https%3A%2F%2Fcognitiveservices.azure.com');
    expect(tokens.asked[0]?.headers['x-identity-header']).toBe('pod-header');
  }, 30_000);

  it.each([
    ['Google', VERTEX, { METADATA_SERVER_DETECTION: 'none' }],
    ['AWS', BEDROCK, { AWS_EC2_METADATA_DISABLED: 'true' }],
  ])(
    '%s: none is a sentence of ours',
    async (vendor, asked, env) => {
      expect(await headersOf(asked, env)).toEqual({
        failed: `the identity of this process gave no ${vendor} credential`,
      });
    },
    30_000,
  );
});
