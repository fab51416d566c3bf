// `pnpm -s dev-token`: prints a token for the running instance or for a stage, and nothing else.
import { command, port, run, stage, UsageError } from "@order-saga/arguments";
import { askLaptop, awsRefused, NotReached } from "./ask.ts";

const devToken = command(
  {
    name: "pnpm -s dev-token",
    says: "Prints a token for the order saga that runs on this machine, or for a deployed stage.",
    options: {
      sub: { kind: "text", value: "NAME", says: "whose token it is, default dev" },
      scope: { kind: "text", value: "SCOPES", says: 'such as "orders:write orders:read", default all' },
      email: { kind: "text", value: "ADDRESS", says: "its verified e-mail address, default ada@example.com" },
      stage: {
        ...stage,
        says: "a deployed stage that is its own issuer of tokens, reached with this shell's credentials",
      },
      port: { ...port, variable: "PORT", default: 3000, says: "where its API listens" },
    },
  },
  async (values) => {
    console.log(values.stage ? await stageToken(values.stage, values) : await fetchToken(values));
    return 0;
  },
);

async function stageToken(stage: string, { email, scope, sub }: Wish): Promise<string> {
  if (email) throw new UsageError("An access token of a stage has no e-mail address; leave --email out");
  if (scope) throw new UsageError("A stage's own token opens every route; leave --scope out");
  const { CognitoIdentityProviderClient } = await import("@aws-sdk/client-cognito-identity-provider");
  const { NoStageTokenError, tokenOfStage } = await import("./stage-token.ts");
  return tokenOfStage(stage, sub ?? "dev", new CognitoIdentityProviderClient({})).catch((error) => {
    throw error instanceof NoStageTokenError ? new NotReached(error.message) : awsRefused(error);
  });
}

type Wish = {
  sub: string | undefined;
  scope: string | undefined;
  email: string | undefined;
  port: number;
};

async function fetchToken({ email, port, scope, sub }: Wish): Promise<string> {
  const question = { port, who: "dev-token", body: { sub, scope, email }, refused: "The token was refused" };
  const { token } = (await askLaptop("/__local/token", question)) as { token: string };
  return token;
}

await run(devToken, (error) => error instanceof NotReached);
