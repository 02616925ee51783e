import { KEY_KINDS } from '@turnpike/identity';
import { z } from 'zod';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** References may be ids or names, so a name must never look like an id. */
export const isId = (text: string): boolean => UUID.test(text);

export const id = z.string().toLowerCase().regex(UUID, 'takes a UUID in lower case').meta({ format: 'uuid' });

export const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'takes 1 to 63 of a-z, 0-9 and -, not starting with -')
  .refine((text) => !isId(text), 'must not look like an id');

/** A reference to another resource: its id or its slug. */
export const slugOrId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'takes a slug or an id')
  .describe('id or slug');

const EMAIL = 'takes an email address';

/** Stored in lower case, so that one person cannot exist twice. */
export const email = z
  .string()
  .max(254, EMAIL)
  .regex(z.regexes.html5Email, EMAIL)
  .toLowerCase()
  .meta({ format: 'email' });

/** An owner of keys: a person's email, a service account's slug, or the id of either. */
export const ownerReference = z
  .string()
  .max(254)
  .refine((text) => z.regexes.html5Email.test(text) || slug.safeParse(text).success || isId(text), {
    error: 'takes an email, a slug or an id',
  })
  .transform((text) => (text.includes('@') ? text.toLowerCase() : text))
  .describe('email of a person, slug of a service account, or id of either');

/** Free text of one line; control characters would break logs and tables. */
export const line = (max: number): z.ZodString =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(max, `takes at most ${max} characters`)
    .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, 'must not contain control characters');

export const displayName = line(200);

/** Model names and globs as clients ask for them. */
export const modelGlob = line(200);

const LABEL = /^[A-Za-z0-9][A-Za-z0-9_./-]{0,62}$/;
const MOST_LABELS = 32;

export const labels = z
  .record(z.string().regex(LABEL, 'label names take 1 to 63 of A-Z, a-z, 0-9, _ . / -'), line(255))
  .refine((all) => Object.keys(all).length <= MOST_LABELS, `at most ${MOST_LABELS} labels`);

/** RFC 3339 with any offset; kept in UTC. */
export const instant = z.iso
  .datetime({ offset: true, error: 'takes an RFC 3339 time such as 2030-01-31T12:00:00Z' })
  .refine((text) => /^20\d\d/.test(text), 'takes a time between 2000 and 2099');

/** Times as they are answered. */
export const timestamp = z.iso.datetime();

export const keyKind = z.enum(KEY_KINDS as [(typeof KEY_KINDS)[number], ...(typeof KEY_KINDS)[number][]]);

export const byId = z.strictObject({ id });
