// A token for a deployed stage that is its own issuer: a user of its pool, made and signed in by this shell.
import { randomBytes } from "node:crypto";
import {
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { stageName } from "@order-saga/services/names";

/** The stage gives no token to this shell; the message says what to look at. */
export class NoStageTokenError extends Error {}

/** An access token of an hour; the same user is the same customer, with a `sub` of Cognito's making. */
export async function tokenOfStage(
  stage: string,
  user: string,
  cognito: Pick<CognitoIdentityProviderClient, "send">,
): Promise<string> {
  const pool = await poolOf(stageName(stage, "users"), cognito);
  if (!pool) {
    throw new NoStageTokenError(
      `The stage ${stage} has no users of its own here. Is it deployed without JWT_ISSUER, in this account (AWS_PROFILE) and region (AWS_REGION)?`,
    );
  }
  const { UserPoolClients: [client] = [] } = await cognito.send(
    new ListUserPoolClientsCommand({ UserPoolId: pool, MaxResults: 1 }),
  );
  const of = { UserPoolId: pool, Username: user };
  // Random and for this call alone; two calls at once for one user may take the password from each other.
  const password = randomBytes(24).toString("base64url");
  await cognito.send(new AdminCreateUserCommand({ ...of, MessageAction: "SUPPRESS" })).catch((error) => {
    if (error.name !== "UsernameExistsException") throw error;
  });
  await cognito.send(new AdminSetUserPasswordCommand({ ...of, Password: password, Permanent: true }));
  const { AuthenticationResult } = await cognito.send(
    new AdminInitiateAuthCommand({
      UserPoolId: pool,
      ClientId: client?.ClientId,
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: user, PASSWORD: password },
    }),
  );
  if (!AuthenticationResult?.AccessToken)
    throw new NoStageTokenError("Cognito signed in, but gave no token.");
  return AuthenticationResult.AccessToken;
}

async function poolOf(
  name: string,
  cognito: Pick<CognitoIdentityProviderClient, "send">,
): Promise<string | undefined> {
  let next: string | undefined;
  do {
    const { NextToken, UserPools = [] } = await cognito.send(
      new ListUserPoolsCommand({ MaxResults: 60, ...(next && { NextToken: next }) }),
    );
    const found = UserPools.find(({ Name }) => Name === name);
    if (found) return found.Id;
    next = NextToken;
  } while (next);
  return undefined;
}
