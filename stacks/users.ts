// A stage's own issuer of tokens, where no other is named: a Cognito user pool whose users an operator makes.
import { physicalName } from "./naming.ts";

/**
 * The scope of every token that Cognito gives for a password. Custom scopes come by a machine client, which
 * costs 6 USD a month, or by a browser's sign-in; a stage of one's own needs neither.
 */
export const SCOPE_OF_USERS = "aws.cognito.signin.user.admin";

export type Tokens = {
  readonly issuer: $util.Input<string>;
  readonly audiences: $util.Input<string>[];
  /** Scopes that open every route with scopes, beside the manifest's. */
  readonly scopes: readonly string[];
};

export function createUsers(): Tokens {
  const pool = new aws.cognito.UserPool("Users", {
    name: physicalName("users"),
    // Free for the first ten thousand users of a month.
    userPoolTier: "LITE",
    adminCreateUserConfig: { allowAdminCreateUserOnly: true },
    mfaConfiguration: "OFF",
    accountRecoverySetting: { recoveryMechanisms: [{ name: "admin_only", priority: 1 }] },
    // `pnpm dev-token --stage NAME` makes a random one for each token.
    passwordPolicy: {
      minimumLength: 32,
      requireLowercase: false,
      requireNumbers: false,
      requireSymbols: false,
      requireUppercase: false,
      temporaryPasswordValidityDays: 1,
    },
    deletionProtection: "INACTIVE",
  });
  const client = new aws.cognito.UserPoolClient("UsersClient", {
    name: physicalName("users"),
    userPoolId: pool.id,
    generateSecret: false,
    // A token is asked for with credentials of the AWS account, so no one without them can sign in.
    explicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
    preventUserExistenceErrors: "ENABLED",
    accessTokenValidity: 60,
    tokenValidityUnits: { accessToken: "minutes" },
  });
  return { issuer: $interpolate`https://${pool.endpoint}`, audiences: [client.id], scopes: [SCOPE_OF_USERS] };
}
