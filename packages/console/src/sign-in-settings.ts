/** Where people sign in to a hosted console, as the deployment tells the page. Nothing in it is secret. */
export interface SignInSettings {
  /** Spelled as in the tokens' `iss`. */
  readonly issuer: string;
  /** A public client: code with PKCE, no secret. */
  readonly clientId: string;
  readonly readScope: string;
  readonly operateScope: string;
  /** For providers that issue access tokens for an API that is named so. */
  readonly audience?: string;
  /** The group of those who may change something; absent where the scope alone decides. */
  readonly operatorGroup?: string;
  /** Where they are not below the issuer; otherwise its own document says it. */
  readonly endpoints?: SignInEndpoints;
}

export interface SignInEndpoints {
  readonly authorization: string;
  readonly token: string;
  /** Takes `client_id` and `logout_uri`, as Cognito's does. */
  readonly signOut: string;
}
