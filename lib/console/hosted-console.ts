import { CfnOutput, type RemovalPolicy, Stack } from "aws-cdk-lib";
import { HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { ArchiverConfig } from "#lib/config-schema.ts";
import type { LambdaFunction } from "#lib/lambda-function.ts";
import { CONSOLE_API_PATH, ConsoleApi } from "./console-api.ts";
import { type ConsoleSignIn, consoleSignIn, routeScopes, tokenOrigin } from "./console-sign-in.ts";
import { ConsoleSite } from "./console-site.ts";
import { uploadConsole } from "./upload-console.ts";

/** What the console shows, and to whom it belongs. */
export interface HostedConsoleProps {
  readonly config: ArchiverConfig;
  /** Of the users: with the stack, or not. */
  readonly removalPolicy: RemovalPolicy;
  readonly videos: Pick<Bucket, "bucketRegionalDomainName">;
}

/**
 * The console for people without AWS credentials: its files behind CloudFront, a sign-in, and an API of
 * its own on the function that answers the other one. Nothing of it is open: the files are the same for
 * everybody and hold no data. Decision 0083.
 */
export class HostedConsole extends Construct {
  readonly api: ConsoleApi;
  readonly url: string;
  readonly #config: ArchiverConfig;
  readonly #signIn: ConsoleSignIn;

  constructor(scope: Construct, id: string, props: HostedConsoleProps) {
    super(scope, id);
    const { config, videos, removalPolicy } = props;
    const stack = Stack.of(this);
    this.#config = config;
    this.api = new ConsoleApi(this, "Api", config);
    const site = new ConsoleSite(this, "Site", {
      config,
      apiHost: this.api.host,
      origins: {
        media: `https://${videos.bucketRegionalDomainName}`,
        signIn: tokenOrigin(stack, config),
      },
    });
    this.url = site.url;
    this.#signIn = consoleSignIn(this, config, { siteUrl: site.url, removalPolicy });
    // Whoever asks for it gets it, without a sign-in: no more than a sign-in needs.
    uploadConsole(this, site.bucket, config.logRetentionDays, {
      kind: "hosted",
      name: stack.stackName,
      apiUrl: `${site.url}${CONSOLE_API_PATH}`,
      signIn: this.#signIn.page,
    });
    if (config.consoleDomainName !== undefined) {
      // As with the API's: the zone may lie in another account, or at another provider.
      const value = site.distribution.distributionDomainName;
      new CfnOutput(this, "Target", { value }).overrideLogicalId("ConsoleDomainTarget");
    }
  }

  /** What the API's function is told, so that it holds the console's users to what they may do. */
  environment() {
    const { read, operate } = routeScopes(this.#config);
    const { operatorGroup } = this.#signIn.page;
    return {
      CONSOLE_API_ID: this.api.api.apiId,
      CONSOLE_READ_SCOPE: read,
      CONSOLE_OPERATE_SCOPE: operate,
      ...(operatorGroup !== undefined && { CONSOLE_OPERATOR_GROUP: operatorGroup }),
    };
  }

  /** Has the API's function answer the console as well, to tokens of the sign-in alone. */
  answerRoutes(handler: LambdaFunction): void {
    const { issuer, audience } = this.#signIn;
    const authorizer = new HttpJwtAuthorizer("Jwt", issuer, { jwtAudience: [audience] });
    this.api.answerRoutes(handler, authorizer, routeScopes(this.#config));
  }

  /** The stack's outputs about it. */
  outputs(): Record<string, string> {
    const { users } = this.#signIn;
    return {
      ConsoleUrl: this.url,
      ...(users !== undefined && { ConsoleUserPoolId: users.pool.userPoolId }),
    };
  }
}
