/** What calling a route does: `operate` changes something, or may cost money. */
export type Access = "read" | "operate";

/** Who may do what through the hosted console. */
export interface ConsoleRule {
  /** A token without it sees nothing. */
  readonly readScope: string;
  /** A token without it changes nothing. */
  readonly operateScope: string;
  /** The group whose members operate; where there is none, the scope decides alone. */
  readonly operatorGroup: string | undefined;
}

/** What a verified token grants to its bearer. */
export interface Granted {
  readonly scopes: readonly string[];
  readonly groups: readonly string[];
}

/**
 * Whether a token is enough for a route.
 *
 * A user pool gives every user of a client every scope that the client may ask for, so there the group
 * tells operators apart; other issuers give a scope to whom they please, or have groups as well.
 */
export function isPermitted(
  needed: Access,
  rule: ConsoleRule,
  { scopes, groups }: Granted,
): boolean {
  if (needed === "read") return scopes.includes(rule.readScope);
  const { operateScope, operatorGroup } = rule;
  if (!scopes.includes(operateScope)) return false;
  return operatorGroup === undefined || groups.includes(operatorGroup);
}
