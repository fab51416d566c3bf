// `pnpm -s dev-token`: prints a token for the running instance, and nothing else.
import { parseArgs } from "node:util";
import { parsePort, UsageError } from "@order-saga/local/options";

const usage = 'Usage: pnpm -s dev-token [--sub NAME] [--scope "orders:write orders:read"] [--port 3000]';

try {
  console.log(await fetchToken(parseFlags(process.argv.slice(2))));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

function parseFlags(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    const options = { sub: text, scope: text, port: text };
    return parseArgs({ args: args.filter((each) => each !== "--"), options }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

async function fetchToken(flags: { sub?: string; scope?: string; port?: string }): Promise<string> {
  const port = parsePort("--port", flags.port ?? process.env.PORT ?? "3000");
  const url = `http://localhost:${port}`;
  const body = JSON.stringify({ sub: flags.sub, scope: flags.scope });
  const headers = { "content-type": "application/json", "x-order-saga": "dev-token" };
  const answer = await fetch(`${url}/__local/token`, { method: "POST", headers, body }).catch(
    () => undefined,
  );
  const content = (await answer?.json().catch(() => undefined)) as
    | { token?: string; title?: string }
    | undefined;
  if (content?.token) return content.token;
  if (answer?.status === 400) throw new UsageError(`${content?.title}\n${usage}`);
  throw new Error(
    `No order saga answers on ${url}. Start it with \`pnpm start\`, or name its port with --port.`,
  );
}
