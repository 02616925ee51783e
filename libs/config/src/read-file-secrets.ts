import { SECRET_MEMBERS, type FileCredential, type SecretMember } from './credential-schema';
import type { LocatedProblem } from './explain-issues';
import { readSecret, type FileReader } from './read-secret';
import type { ConfigFile } from './schema';

type At = LocatedProblem['at'];

/** A service account is JSON of its vendor's making; what is wrong with it is said without a word of it. */
function problemOfAccount(text: string): string | undefined {
  let account: unknown;
  try {
    account = JSON.parse(text);
  } catch {
    return 'is no JSON';
  }
  const { type, client_email, private_key } = (account ?? {}) as Record<string, unknown>;
  if (typeof type !== 'string') return 'is no credential of Google: it has no "type"';
  if (type !== 'service_account') return undefined;
  if (typeof client_email !== 'string' || typeof private_key !== 'string')
    return 'has no "client_email" or no "private_key"';
  return undefined;
}

function readMember(
  member: SecretMember,
  text: string,
  fileReader: FileReader,
): { readonly text: string } | { readonly why: string } {
  const reading = readSecret(text, fileReader);
  if (reading.kind !== 'secret') return { why: reading.why };
  const why = member === 'serviceAccount' ? problemOfAccount(reading.text) : undefined;
  return why === undefined ? { text: reading.text } : { why };
}

function readCredential(
  credential: FileCredential,
  at: At,
  fileReader: FileReader,
  problems: LocatedProblem[],
): FileCredential {
  const read: FileCredential = { ...credential };
  for (const member of SECRET_MEMBERS) {
    const text = credential[member];
    if (text === undefined) continue;
    const reading = readMember(member, text, fileReader);
    if ('text' in reading) read[member] = reading.text;
    else problems.push({ at: [...at, member], message: reading.why });
  }
  return read;
}

/** The file with every secret in place, also those that stand in files of their own. */
export function readFileSecrets(
  file: ConfigFile,
  fileReader: FileReader,
): { file: ConfigFile; problems: LocatedProblem[] } {
  const problems: LocatedProblem[] = [];
  const providers = Object.entries(file.providers).map(([name, provider]) => {
    const credentials = provider.credentials.map((credential, i) =>
      readCredential(credential, ['providers', name, 'credentials', i], fileReader, problems),
    );
    return [name, { ...provider, credentials }] as const;
  });
  return { file: { ...file, providers: Object.fromEntries(providers) }, problems };
}
