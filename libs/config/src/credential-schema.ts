import { z } from 'zod';
import { name } from './schema-parts';

const text = z.string().min(1, 'must not be empty');

const limit = z.int().min(1);

/** Of the whole pool that a credential draws from. */
const limits = z.strictObject({
  rpm: limit.optional().describe('Requests per minute.'),
  tpm: limit.optional().describe('Tokens per minute.'),
  rpd: limit.optional().describe("Requests per day, as the provider's days begin."),
  tpd: limit.optional().describe("Tokens per day, as the provider's days begin."),
  concurrency: limit.optional().describe('Calls under way at once.'),
});

/** What is wrapped as soon as the file is read, and may stand in a file of its own (`file:/path`). */
export const SECRET_MEMBERS = [
  'apiKey',
  'secretAccessKey',
  'sessionToken',
  'serviceAccount',
  'clientSecret',
] as const;
export type SecretMember = (typeof SECRET_MEMBERS)[number];

/** Which of these a credential needs is the definition's to say. */
export const credential = z.strictObject({
  name: name.describe('What traces, errors and metrics call this credential.'),
  apiKey: text.optional().describe('The secret: "${VAR}", "file:/path" or the key itself.'),
  accessKeyId: text
    .optional()
    .describe('AWS: with secretAccessKey; without either, what the process runs as.'),
  secretAccessKey: text.optional().describe('AWS: "${VAR}", "file:/path" or the key itself.'),
  sessionToken: text.optional().describe('AWS: beside keys that are temporary.'),
  serviceAccount: text
    .optional()
    .describe('Google: the JSON, or "file:/path" of it; without it, what the process runs as.'),
  tenantId: text.optional().describe('Entra: with clientId and clientSecret.'),
  clientId: text
    .optional()
    .describe('Entra: the application; alone, which identity of the process is meant.'),
  clientSecret: text.optional().describe('Entra: "${VAR}", "file:/path" or the secret itself.'),
  tokenUrl: text.optional().describe("Where tokens are asked for instead of the vendor's own place; https."),
  quotaGroup: name.optional().describe('Credentials of one group share one pool at the provider.'),
  limits: limits
    .optional()
    .describe(
      'What the provider grants, kept to before it refuses; of the group, whose smallest stated limits count.',
    ),
});

export type FileCredential = z.infer<typeof credential>;
