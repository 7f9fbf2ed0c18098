import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod/mini";
import type { Granted } from "#domain/console-access.ts";

/** Each API has one kind of authorizer; the local run has none. */
const authorizerSchema = z.object({
  iam: z.nullish(z.object({ userArn: z.nullish(z.string()) })),
  jwt: z.nullish(z.object({ claims: z.record(z.string(), z.unknown()) })),
});

/** Whoever has sent a request, as API Gateway has verified it. */
export interface Caller extends Granted {
  /** For the log: the ARN of an AWS identity, or a token's subject and issuer; never a credential. */
  readonly name: string | undefined;
}

/** Claims that name the groups of a token's bearer: Cognito's, and the one that other issuers use. */
const GROUP_CLAIMS = ["cognito:groups", "groups"];
/** RFC 9068, and the claim of Entra and Okta. */
const SCOPE_CLAIMS = ["scope", "scp"];

/** Reads who has sent a request. */
export function callerOf(event: APIGatewayProxyEventV2): Caller {
  const context: object = event.requestContext;
  const given = "authorizer" in context ? context.authorizer : undefined;
  const { iam, jwt } = authorizerSchema.safeParse(given).data ?? {};
  const claims = jwt?.claims ?? {};
  return {
    name: iam?.userArn ?? subjectOf(claims),
    scopes: SCOPE_CLAIMS.flatMap((claim) => words(claims[claim])),
    groups: GROUP_CLAIMS.flatMap((claim) => words(claims[claim])),
  };
}

function subjectOf({ iss, sub }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof sub !== "string") return undefined;
  return typeof iss === "string" ? `${sub} ${iss}` : sub;
}

/** API Gateway hands a claim that is a list over as the text `[one two]`. */
function words(claim: unknown): string[] {
  if (typeof claim !== "string") return [];
  const list = /^\[(.*)\]$/s.exec(claim)?.[1] ?? claim;
  return list.split(/[\s,]+/).filter((word) => word !== "");
}
