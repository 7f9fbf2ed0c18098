import * as z from "zod/mini";
import { HOST_NAME, isHttpsUrl, type Rule, trueOrFalse } from "#lib/config-values.ts";

/** The settings of the hosted console; `docs/console.md` explains them. */
export interface ConsoleConfig {
  /** Whether the console is hosted, with a sign-in. Default false. */
  readonly console: boolean;
  /**
   * A host name of your own for it. Only along with `consoleCertificateArn`; the DNS record that leads
   * to the output `ConsoleDomainTarget` is yours to make. Default: CloudFront's.
   */
  readonly consoleDomainName?: string | undefined;
  /** ACM's certificate for that host name, in us-east-1, where CloudFront takes it from. */
  readonly consoleCertificateArn?: string | undefined;
  /**
   * An OpenID provider of your own: an https URL, spelled as the tokens' `iss`. Only along with
   * `consoleClientId`. Default: a user pool of the stack's.
   */
  readonly consoleIssuer?: string | undefined;
  /** The public client (code with PKCE, no secret) that is registered there for the console. */
  readonly consoleClientId?: string | undefined;
  /** The `aud` of the provider's access tokens, where that is not the client's id. */
  readonly consoleAudience?: string | undefined;
  /** The provider's scope for who may look. Default `archiver/read`. */
  readonly consoleReadScope?: string | undefined;
  /** The provider's scope for who may change something. Default `archiver/operate`. */
  readonly consoleOperateScope?: string | undefined;
  /**
   * The group of those who may change something. Default: `operators` of the stack's user pool; with
   * a provider none, so that the scope decides alone.
   */
  readonly consoleOperatorGroup?: string | undefined;
  /**
   * The word that the address of the user pool's sign-in begins with, of which there is one in a
   * region. Default `akool-archiver[-<stage>]-<account>`.
   */
  readonly consoleSignInPrefix?: string | undefined;
}

/** RFC 6749: printable, without blanks, quotes and backslashes. */
const scope = z.string().check(z.regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/));

/** The schemas of the settings. */
export const consoleOptions = {
  console: z._default(z.pipe(trueOrFalse, z.boolean()), false),
  consoleDomainName: z.optional(z.string().check(z.maxLength(253), z.regex(HOST_NAME))),
  consoleCertificateArn: z.optional(
    z.string().check(z.regex(/^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/)),
  ),
  consoleIssuer: z.optional(z.string().check(z.refine(isHttpsUrl))),
  consoleClientId: z.optional(z.string().check(z.regex(/^[^\s,]{1,256}$/))),
  consoleAudience: z.optional(z.string().check(z.regex(/^[^\s,]{1,256}$/))),
  consoleReadScope: z.optional(scope),
  consoleOperateScope: z.optional(scope),
  consoleOperatorGroup: z.optional(z.string().check(z.regex(/^[^\s,[\]]{1,128}$/))),
  consoleSignInPrefix: z.optional(
    z.string().check(z.regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/)),
  ),
};

type ConsoleOption = keyof ConsoleConfig;

/** What each value must be and why. */
export const CONSOLE_RULES: Record<ConsoleOption, Rule> = {
  console: {
    must: "be true or false",
    because: "it decides whether the console is hosted",
    example: "true",
  },
  consoleDomainName: {
    must: "be a host name in lower case, without https:// or a path",
    because: "CloudFront answers under it, and the sign-in leads back to it",
    example: "console.example.com",
  },
  consoleCertificateArn: {
    must: "be the ARN of a certificate in ACM in us-east-1",
    because: "CloudFront takes certificates from that region alone",
    example: "arn:aws:acm:us-east-1:123456789012:certificate/0e1c2a52-0000-4000-8000-000000000000",
  },
  consoleIssuer: {
    must: "be an https URL without user name, query or fragment",
    because: "the page signs in there, and API Gateway fetches its keys from it",
    example: "https://login.example.com/",
  },
  consoleClientId: {
    must: "be one client's id, without spaces or commas",
    because: "the page signs in as that client",
    example: "video-archiver-console",
  },
  consoleAudience: {
    must: "be one audience, without spaces or commas",
    because: "a token that was meant for another service must not open this one",
    example: "video-archiver",
  },
  consoleReadScope: {
    must: "be one scope, without spaces, quotes or backslashes",
    because: "a token without it sees nothing",
    example: "archiver/read",
  },
  consoleOperateScope: {
    must: "be one scope, without spaces, quotes or backslashes",
    because: "a token without it changes nothing",
    example: "archiver/operate",
  },
  consoleOperatorGroup: {
    must: "be one group's name, without spaces, commas or brackets",
    because: "API Gateway hands a token's groups over as a list of words",
    example: "operators",
  },
  consoleSignInPrefix: {
    must: "be a word of lower-case letters, digits and hyphens, of 63 at most",
    because: "the address of the sign-in begins with it",
    example: "my-archiver",
  },
};

/** @returns the first setting that contradicts another, and what it must */
export function contradictionOfConsole(
  config: ConsoleConfig,
): { readonly option: ConsoleOption; readonly rule: string } | undefined {
  const has = (option: ConsoleOption) => config[option] !== undefined;
  if (!config.console) {
    const idle = OTHERS.find(has);
    return (
      idle && {
        option: "console",
        rule: `must be true for ${idle}, because nothing is hosted without it`,
      }
    );
  }
  for (const [one, other, because] of PAIRS) {
    if (has(one) === has(other)) continue;
    const [absent, given] = has(one) ? [other, one] : [one, other];
    return { option: absent, rule: `must be set along with ${given}, because ${because}` };
  }
  return has("consoleIssuer") ? withProvider(config) : withPool(config);
}

const OTHERS = [
  "consoleDomainName",
  "consoleCertificateArn",
  "consoleIssuer",
  "consoleClientId",
  "consoleAudience",
  "consoleReadScope",
  "consoleOperateScope",
  "consoleOperatorGroup",
  "consoleSignInPrefix",
] as const satisfies readonly ConsoleOption[];

const PAIRS = [
  ["consoleDomainName", "consoleCertificateArn", "a host name is served with its certificate only"],
  ["consoleIssuer", "consoleClientId", "a provider signs in the clients that it knows"],
] as const satisfies readonly (readonly [ConsoleOption, ConsoleOption, string])[];

function withProvider({
  consoleSignInPrefix,
  consoleReadScope,
  consoleOperateScope,
  consoleOperatorGroup,
}: ConsoleConfig) {
  if (consoleSignInPrefix !== undefined) {
    const rule = "must not be set along with consoleIssuer, because there is no user pool then";
    return { option: "consoleSignInPrefix", rule } as const;
  }
  const scopes = { read: consoleReadScope, operate: consoleOperateScope };
  if (
    scopes.read !== undefined &&
    scopes.read === scopes.operate &&
    consoleOperatorGroup === undefined
  ) {
    const rule =
      "must differ from consoleReadScope without a consoleOperatorGroup, because everybody would operate";
    return { option: "consoleOperateScope", rule } as const;
  }
  return undefined;
}

/** The pool's scopes are the stack's own, and its one client is the audience. */
function withPool(config: ConsoleConfig) {
  const foreign = (["consoleAudience", "consoleReadScope", "consoleOperateScope"] as const).find(
    (option) => config[option] !== undefined,
  );
  return (
    foreign && {
      option: foreign,
      rule: "must be set along with consoleIssuer, because the stack's user pool has its own",
    }
  );
}
