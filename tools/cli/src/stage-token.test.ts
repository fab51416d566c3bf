// A stage's token is the one Cognito gives for a user that is made on the way.
import type { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { expect, test } from "vitest";
import { tokenOfStage } from "./stage-token.ts";

type Sent = { name: string; input: Record<string, unknown> };

/** Cognito with a pool of each name, on two pages, that has the users named. */
function cognitoWith(pools: readonly string[], users: string[] = []) {
  const sent: Sent[] = [];
  const answers: Record<string, (input: Record<string, unknown>) => unknown> = {
    ListUserPoolsCommand: ({ NextToken }) =>
      NextToken
        ? { UserPools: pools.slice(1).map((Name) => ({ Name, Id: `id-of-${Name}` })) }
        : { UserPools: pools.slice(0, 1).map((Name) => ({ Name, Id: `id-of-${Name}` })), NextToken: "2" },
    ListUserPoolClientsCommand: () => ({ UserPoolClients: [{ ClientId: "client" }] }),
    AdminCreateUserCommand: ({ Username }) => {
      if (users.includes(String(Username)))
        throw Object.assign(new Error(), { name: "UsernameExistsException" });
      return {};
    },
    AdminSetUserPasswordCommand: () => ({}),
    AdminInitiateAuthCommand: () => ({ AuthenticationResult: { AccessToken: "token" } }),
  };
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    sent.push({ name: command.constructor.name, input: command.input });
    return answers[command.constructor.name]?.(command.input);
  };
  return { sent, client: { send } as unknown as CognitoIdentityProviderClient };
}

const input = (sent: readonly Sent[], name: string) => sent.find((each) => each.name === name)?.input;

test("the user is made in the stage's pool and signed in with a password of this call", async () => {
  const { client, sent } = cognitoWith(["order-saga-eve-users", "order-saga-ada-users"]);
  expect(await tokenOfStage("ada", "grace", client)).toBe("token");
  const of = { UserPoolId: "id-of-order-saga-ada-users", Username: "grace" };
  expect(input(sent, "AdminCreateUserCommand")).toMatchObject(of);
  const { Password } = input(sent, "AdminSetUserPasswordCommand") ?? {};
  expect(String(Password).length).toBeGreaterThanOrEqual(32);
  expect(input(sent, "AdminInitiateAuthCommand")).toMatchObject({
    UserPoolId: of.UserPoolId,
    ClientId: "client",
    AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: "grace", PASSWORD: Password },
  });
});

test("a user that is there stays the same customer", async () => {
  const { client } = cognitoWith(["order-saga-ada-users"], ["grace"]);
  expect(await tokenOfStage("ada", "grace", client)).toBe("token");
});

test("a stage without users of its own is named, with what to look at", async () => {
  const { client } = cognitoWith(["order-saga-ada-users-2", "another"]);
  await expect(tokenOfStage("ada", "grace", client)).rejects.toThrow(
    /ada has no users.*JWT_ISSUER.*AWS_REGION/,
  );
});
