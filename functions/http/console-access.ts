import { type Access, type ConsoleRule, isPermitted } from "#domain/console-access.ts";
import type { Caller } from "./caller.ts";
import { HttpProblem } from "./problem.ts";

/** The API that the hosted console calls, and its rule; callers of the other API are not held to it. */
export interface ConsoleAccess extends ConsoleRule {
  readonly apiId: string;
}

/** The variables of the function that make it. */
export interface ConsoleVariables {
  readonly CONSOLE_API_ID?: string | undefined;
  readonly CONSOLE_READ_SCOPE?: string | undefined;
  readonly CONSOLE_OPERATE_SCOPE?: string | undefined;
  readonly CONSOLE_OPERATOR_GROUP?: string | undefined;
}

/** @returns undefined where no console is hosted */
export function consoleAccessOf(env: ConsoleVariables): ConsoleAccess | undefined {
  if (env.CONSOLE_API_ID === undefined) return undefined;
  return {
    apiId: env.CONSOLE_API_ID,
    // No token has an empty scope: a rule that is not whole lets nobody in.
    readScope: env.CONSOLE_READ_SCOPE ?? "",
    operateScope: env.CONSOLE_OPERATE_SCOPE ?? "",
    operatorGroup: env.CONSOLE_OPERATOR_GROUP,
  };
}

/**
 * Refuses what a user of the console may not do. The authorizer has asked for the route's scope
 * already; it knows no groups.
 *
 * @param apiId the API that has been called
 * @throws HttpProblem not-permitted
 */
export function requirePermission(
  access: ConsoleAccess | undefined,
  apiId: string,
  needed: Access,
  caller: Caller,
): void {
  if (access === undefined || apiId !== access.apiId) return;
  if (isPermitted(needed, access, caller)) return;
  const { readScope, operateScope, operatorGroup } = access;
  const group = operatorGroup === undefined ? "" : ` and the group ${operatorGroup}`;
  throw new HttpProblem(
    "not-permitted",
    needed === "read"
      ? `it takes a token with the scope ${readScope}`
      : `it takes a token with the scope ${operateScope}${group}`,
  );
}
