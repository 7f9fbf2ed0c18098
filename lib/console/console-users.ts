import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import {
  AccountRecovery,
  FeaturePlan,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  UserPoolGroup,
} from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import type { ArchiverConfig } from "#lib/config-schema.ts";

/** The API, as scopes name it: `archiver/read`. */
export const RESOURCE_SERVER = "archiver";

const OPERATORS = "operators";

/** What the user pool is made with. */
export interface ConsoleUsersProps {
  readonly config: ArchiverConfig;
  /** Where the console is, without a slash at the end: the sign-in leads back there, and nowhere else. */
  readonly siteUrl: string;
  readonly removalPolicy: RemovalPolicy;
}

/** A working day: then the sign-in is asked for again. */
const SESSION = Duration.hours(12);

/**
 * The people who may see the console. Nobody signs up: whoever runs the archiver invites them, and puts
 * operators into the group.
 */
export class ConsoleUsers extends Construct {
  readonly pool: UserPool;
  readonly client: UserPoolClient;
  readonly operatorGroup: string;

  constructor(scope: Construct, id: string, { config, siteUrl, removalPolicy }: ConsoleUsersProps) {
    super(scope, id);
    this.operatorGroup = config.consoleOperatorGroup ?? OPERATORS;
    this.pool = new UserPool(this, "Pool", {
      userPoolName: `${Stack.of(this).stackName}-console`,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { sms: false, otp: true },
      passwordPolicy: {
        minLength: 14,
        requireDigits: true,
        requireLowercase: true,
        requireSymbols: true,
        requireUppercase: true,
        tempPasswordValidity: Duration.days(3),
      },
      featurePlan: FeaturePlan.ESSENTIALS,
      removalPolicy,
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
    });
    acknowledgePool(this.pool);
    new UserPoolGroup(this, "Operators", {
      userPool: this.pool,
      groupName: this.operatorGroup,
      description: "May change something: retry, cancel, settle, submit, import",
    });
    this.pool.addDomain("SignIn", {
      cognitoDomain: { domainPrefix: signInPrefix(Stack.of(this), config) },
    });
    this.client = this.addClient(siteUrl);
  }

  private addClient(siteUrl: string): UserPoolClient {
    const read = new ResourceServerScope({ scopeName: "read", scopeDescription: "See everything" });
    const operate = new ResourceServerScope({
      scopeName: "operate",
      scopeDescription: "Change something, for members of the operators' group",
    });
    const server = this.pool.addResourceServer("Api", {
      identifier: RESOURCE_SERVER,
      scopes: [read, operate],
    });
    return this.pool.addClient("Page", {
      // A page can keep no secret: PKCE proves that who began the sign-in ends it.
      generateSecret: false,
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [
          OAuthScope.resourceServer(server, read),
          OAuthScope.resourceServer(server, operate),
        ],
        callbackUrls: [`${siteUrl}/`],
        logoutUrls: [`${siteUrl}/`],
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      refreshTokenValidity: SESSION,
      // A refresh token that was copied out of a page ends with its next use.
      refreshTokenRotationGracePeriod: Duration.seconds(10),
    });
  }
}

/** Where the pool signs people in, an origin. Known before the pool: the page's policy names it. */
export function signInOrigin(stack: Stack, config: ArchiverConfig): string {
  return `https://${signInPrefix(stack, config)}.auth.${stack.region}.amazoncognito.com`;
}

function signInPrefix({ account }: Stack, { consoleSignInPrefix, stage }: ArchiverConfig): string {
  const ofStage = stage === undefined ? "" : `-${stage}`;
  return consoleSignInPrefix ?? `akool-archiver${ofStage}-${account}`;
}

function acknowledgePool(pool: UserPool): void {
  Validations.of(pool).acknowledge(
    {
      id: "AwsSolutions-COG2",
      reason:
        "A second factor is offered, and not asked for: who must have one sets it to required in the " +
        "pool, or signs in with a provider of their own.",
    },
    {
      id: "AwsSolutions-COG8",
      reason:
        "Threat protection costs several times as much for each person; nobody can sign up here, and " +
        "a company's own provider is the way to more.",
    },
  );
}
