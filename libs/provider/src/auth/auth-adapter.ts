import type { AuthorizationRequest } from '../domain/authorizer';
import type { AuthScheme } from '../domain/definition';
import type { Credential } from '../domain/target';

/** How one kind of scheme makes its headers. */
export interface AuthAdapter<S extends AuthScheme> {
  authorize(request: AuthorizationRequest, scheme: S): readonly string[] | Promise<readonly string[]>;
  /** Forgets what was fetched for this credential before `sinceMs`. False: there was nothing. */
  renew?(credential: Credential, sinceMs: number): boolean;
}

export type SchemeOf<K extends AuthScheme['kind']> = Extract<AuthScheme, { readonly kind: K }>;

export const NO_HEADERS: readonly string[] = [];

export const bearer = (token: string): readonly string[] => ['authorization', `Bearer ${token}`];
