import type { SignInSettings } from "./sign-in-settings.ts";

/**
 * Whether a token's bearer may change something, as the API will see it. For what the page offers
 * only: the API decides.
 */
export function mayOperate(accessToken: string, settings: SignInSettings): boolean {
  const claims = claimsOf(accessToken);
  const { operateScope, operatorGroup } = settings;
  if (![claims.scope, claims.scp].flatMap(words).includes(operateScope)) return false;
  if (operatorGroup === undefined) return true;
  return [claims["cognito:groups"], claims.groups].flatMap(words).includes(operatorGroup);
}

/** The token is not verified here: whoever forges one deceives a page of his own. */
function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === "object" && claims !== null ? { ...claims } : {};
  } catch {
    return {};
  }
}

function words(claim: unknown): string[] {
  if (typeof claim === "string") return claim.split(" ");
  return Array.isArray(claim) ? claim.map(String) : [];
}
