import { CredentialFailure } from '../domain/authorizer';

/**
 * What a vendor's library said of the identity of this process stays out: it may name hosts, files and accounts. Never
 * `refused`: metadata services come and go, and a credential that is benched for it would stay away for minutes.
 */
export async function fromAmbient<T>(vendor: string, find: () => Promise<T>): Promise<T> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof CredentialFailure) throw error;
    const why = `the identity of this process gave no ${vendor} credential`;
    throw new CredentialFailure('unreachable', why);
  }
}
