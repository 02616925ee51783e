import type { FileCredential } from './credential-schema';
import type { LocatedProblem } from './explain-issues';

type At = LocatedProblem['at'];
type Member = Exclude<keyof FileCredential, 'name' | 'quotaGroup' | 'limits'>;

/** What of a credential stands together: all that is needed, and what may be added. */
interface Form {
  readonly needs: readonly Member[];
  readonly takes?: readonly Member[];
}

const PLAIN: readonly Form[] = [{ needs: ['apiKey'] }];

/** By kind of the definition's scheme. A form that needs nothing: the identity that the process runs under. */
const FORMS: Readonly<Record<string, readonly Form[]>> = {
  bearer: PLAIN,
  header: PLAIN,
  'aws-sigv4': [
    { needs: ['apiKey'] },
    { needs: ['accessKeyId', 'secretAccessKey'], takes: ['sessionToken'] },
    { needs: [] },
  ],
  'google-token': [{ needs: ['serviceAccount'], takes: ['tokenUrl'] }, { needs: [] }],
  'entra-or-key': [
    { needs: ['apiKey'] },
    { needs: ['tenantId', 'clientId', 'clientSecret'], takes: ['tokenUrl'] },
    { needs: [], takes: ['tenantId', 'clientId'] },
  ],
};

/** Kinds of schemes that credentials can be checked for. */
export const CREDENTIAL_SCHEMES: readonly string[] = Object.keys(FORMS);

const formsOf = (scheme: string | undefined): readonly Form[] => FORMS[scheme ?? 'bearer'] ?? PLAIN;

/** Whether a provider of this scheme can do without a credential in the file. */
export const takesAmbient = (scheme: string | undefined): boolean =>
  formsOf(scheme).some(({ needs }) => needs.length === 0);

const membersOf = ({ needs, takes = [] }: Form): readonly Member[] => [...needs, ...takes];

const isWhole = (form: Form, given: readonly Member[]): boolean =>
  form.needs.every((member) => given.includes(member)) &&
  given.every((member) => membersOf(form).includes(member));

const listed = (members: readonly string[]): string => members.join(', ');

function writtenForm({ needs, takes = [] }: Form): string {
  const parts = [...needs, ...takes.map((member) => `${member}?`)];
  return needs.length === 0 ? 'nothing but its name' : listed(parts);
}

/** The form that was most likely meant: the one with the most of what is given. */
function nearestForm(forms: readonly Form[], given: readonly Member[]): Form {
  const hits = (form: Form): number => given.filter((member) => membersOf(form).includes(member)).length;
  return forms.reduce((best, form) => (hits(form) > hits(best) ? form : best));
}

function* checkTokenUrl(at: At, tokenUrl: string, plainAllowed: boolean): Generator<LocatedProblem> {
  const url = URL.canParse(tokenUrl) ? new URL(tokenUrl) : undefined;
  const isPlain = url?.protocol === 'http:';
  if (!url || !['http:', 'https:'].includes(url.protocol)) yield { at, message: 'must be an https URL' };
  else if (url.username !== '' || url.password !== '' || url.hash !== '')
    yield { at, message: 'must not hold a user, a password or a fragment' };
  else if (isPlain && !plainAllowed)
    yield { at, message: 'must be an https URL', hint: 'http only beside allowPrivateNetwork: true' };
}

/** Whether a credential has what its definition's scheme needs, and nothing that the scheme does not know. */
export function* checkCredential(
  at: At,
  credential: FileCredential,
  provider: { readonly use: string; readonly scheme: string | undefined; readonly plainAllowed: boolean },
): Generator<LocatedProblem> {
  const forms = formsOf(provider.scheme);
  const { name: _name, quotaGroup: _group, limits: _limits, ...members } = credential;
  const given = (Object.keys(members) as Member[]).filter((member) => members[member] !== undefined);
  const known = forms.flatMap(membersOf);
  const hint = `credentials of ${provider.use} have ${forms.map(writtenForm).join('; or ')}`;
  for (const member of given.filter((each) => !known.includes(each)))
    yield { at: [...at, member], message: `is nothing that ${provider.use} takes`, hint };
  const taken = given.filter((member) => known.includes(member));
  if (!forms.some((form) => isWhole(form, taken))) yield* checkForm(at, nearestForm(forms, taken), taken);
  if (credential.tokenUrl !== undefined && known.includes('tokenUrl'))
    yield* checkTokenUrl([...at, 'tokenUrl'], credential.tokenUrl, provider.plainAllowed);
}

function* checkForm(at: At, form: Form, given: readonly Member[]): Generator<LocatedProblem> {
  const beside = given.filter((member) => membersOf(form).includes(member));
  for (const member of form.needs.filter((each) => !given.includes(each)))
    yield {
      at: [...at, member],
      message: beside.length === 0 ? 'is required' : `is required beside ${listed(beside)}`,
    };
  for (const member of given.filter((each) => !membersOf(form).includes(each)))
    yield { at: [...at, member], message: `cannot stand beside ${listed(beside)}` };
}
