import type { WireDialect } from '../wire/wire-dialect';
import type { WireService } from '../wire/wire-service';
import { jsonReply } from '../wire/wire-service';

/** Counts what a conversation would cost to read: a quarter of its characters, or what the plan says. */
export const countTokens = (dialect: WireDialect): WireService => ({
  prompts: (wire) => dialect.understand(wire).userTexts,
  check: (wire) => dialect.check(wire),
  reply({ wire, plan }) {
    const tokens = plan?.in ?? Math.max(1, Math.ceil(dialect.understand(wire).promptCharacters / 4));
    return jsonReply(JSON.stringify(dialect.tokenCount?.(tokens) ?? {}));
  },
});
