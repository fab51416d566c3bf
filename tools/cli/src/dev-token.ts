// `pnpm -s dev-token`: prints a token for the running instance or for a stage, and nothing else.
import { command, port, run, UsageError } from "@order-saga/arguments";

/** Nothing answers; the message says what to start. */
class NotRunningError extends Error {}

const devToken = command(
  {
    name: "pnpm -s dev-token",
    says: "Prints a token for the order saga that runs on this machine, or for a deployed stage.",
    options: {
      sub: { kind: "text", value: "NAME", says: "whose token it is, default dev" },
      scope: { kind: "text", value: "SCOPES", says: 'such as "orders:write orders:read", default all' },
      email: { kind: "text", value: "ADDRESS", says: "its verified e-mail address, default ada@example.com" },
      stage: {
        kind: "text",
        value: "NAME",
        pattern: /^[a-z0-9][a-z0-9-]*$/i,
        needs: "letters, digits and hyphens",
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
    if (error instanceof NoStageTokenError) throw new NotRunningError(error.message);
    throw new NotRunningError(
      `AWS refused (${error.name}: ${error.message}). Are AWS_PROFILE and AWS_REGION those of the stage?`,
    );
  });
}

type Wish = {
  sub: string | undefined;
  scope: string | undefined;
  email: string | undefined;
  port: number;
};

async function fetchToken({ email, port, scope, sub }: Wish): Promise<string> {
  const url = `http://localhost:${port}`;
  const body = JSON.stringify({ sub, scope, email });
  const headers = { "content-type": "application/json", "x-order-saga": "dev-token" };
  const answer = await fetch(`${url}/__local/token`, { method: "POST", headers, body }).catch(
    () => undefined,
  );
  const content = (await answer?.json().catch(() => undefined)) as
    | { token?: string; title?: string }
    | undefined;
  if (content?.token) return content.token;
  if (answer?.status === 400) throw new UsageError(content?.title ?? "The token was refused");
  throw new NotRunningError(
    `No order saga answers on ${url}. Start it with \`pnpm start\`, or name its port with --port.`,
  );
}

await run(devToken, (error) => error instanceof NotRunningError);
