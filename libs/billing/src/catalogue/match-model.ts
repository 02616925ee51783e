import type { CatalogueModel, CatalogueProvider, MatchRule, PriceCatalogue } from './price-catalogue';

/** The rules by which the catalogue names models. Text is compared in lower case, patterns as they stand. */
export function ruleMatches(rule: MatchRule, text: string): boolean {
  if ('or' in rule) return rule.or.some((part) => ruleMatches(part, text));
  if ('and' in rule) return rule.and.every((part) => ruleMatches(part, text));
  const lower = text.toLowerCase();
  if ('equals' in rule) return lower === rule.equals.toLowerCase();
  if ('starts_with' in rule) return lower.startsWith(rule.starts_with.toLowerCase());
  if ('ends_with' in rule) return lower.endsWith(rule.ends_with.toLowerCase());
  if ('contains' in rule) return lower.includes(rule.contains.toLowerCase());
  return new RegExp(rule.regex).test(text);
}

export function findProvider(catalogue: PriceCatalogue, name: string): CatalogueProvider | undefined {
  const id = name.toLowerCase().trim();
  return (
    catalogue.providers.find((provider) => provider.id === id) ??
    catalogue.providers.find((provider) => provider.match !== undefined && ruleMatches(provider.match, id))
  );
}

function findListed(
  catalogue: PriceCatalogue,
  provider: CatalogueProvider,
  model: string,
): CatalogueModel | undefined {
  const own = provider.models.find((candidate) => ruleMatches(candidate.match, model));
  if (own) return own;
  for (const id of provider.fallback ?? []) {
    const other = catalogue.providers.find((candidate) => candidate.id === id);
    const found = other && findListed(catalogue, other, model);
    if (found) return found;
  }
  return undefined;
}

const COMPACT_DATE = /(-)(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g;

/** The catalogue's entry for a model name as a provider takes it; a release date may be written with dashes or without. */
export function findModel(
  catalogue: PriceCatalogue,
  provider: CatalogueProvider,
  model: string,
): CatalogueModel | undefined {
  const name = model.toLowerCase().trim();
  const found = findListed(catalogue, provider, name);
  if (found) return found;
  const dashed = name.replace(COMPACT_DATE, '$1$2-$3-$4');
  return dashed === name ? undefined : findListed(catalogue, provider, dashed);
}
