export type ConfigPath = readonly PropertyKey[];

const PLAIN = /^[A-Za-z_][\w-]*$/;

/** `providers.a.credentials[0].apiKey`, `models["claude-*"].targets`. */
export const formatPath = (path: ConfigPath): string =>
  path
    .map((step, i) => {
      if (typeof step === 'number') return `[${step}]`;
      const name = String(step);
      if (!PLAIN.test(name)) return `[${JSON.stringify(name)}]`;
      return i === 0 ? name : `.${name}`;
    })
    .join('');
