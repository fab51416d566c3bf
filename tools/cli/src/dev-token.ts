// `pnpm -s dev-token`: prints a token for the running instance, and nothing else.
import { command, port, run, UsageError } from "@order-saga/arguments";

/** Nothing answers; the message says what to start. */
class NotRunningError extends Error {}

const devToken = command(
  {
    name: "pnpm -s dev-token",
    says: "Prints a token for the order saga that runs on this machine.",
    options: {
      sub: { kind: "text", value: "NAME", says: "whose token it is, default dev" },
      scope: { kind: "text", value: "SCOPES", says: 'such as "orders:write orders:read", default all' },
      port: { ...port, variable: "PORT", default: 3000, says: "where its API listens" },
    },
  },
  async (values) => {
    console.log(await fetchToken(values));
    return 0;
  },
);

type Wish = { sub: string | undefined; scope: string | undefined; port: number };

async function fetchToken({ port, scope, sub }: Wish): Promise<string> {
  const url = `http://localhost:${port}`;
  const body = JSON.stringify({ sub, scope });
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
