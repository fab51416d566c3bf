// Runs the saga until Ctrl-C and says what is where, how to order, and how each order ends.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { scopes, withCurrency } from "@order-saga/contracts";
import { describeFaults } from "@order-saga/local/faults/describe";
import type { RemoteOptions, RuntimeOptions } from "@order-saga/local/options";
import { startRemoteRuntime } from "@order-saga/local/remote/runtime";
import type { Runtime, RuntimeListeners } from "@order-saga/local/runtime";
import { products } from "@order-saga/local/seed";
import { DEVELOPMENT_TOKEN_SECONDS } from "@order-saga/local/tokens/index";
import { endpointsOf } from "@order-saga/local/webhook-endpoints";
import { assertServices } from "@order-saga/services/check";
import { readSecrets } from "@order-saga/webhooks/endpoints";
import { startLaptop } from "./laptop.ts";
import { createLogFile } from "./log-file.ts";
import { watchSettledOrders } from "./settled-orders.ts";

export async function runSaga(options: RuntimeOptions): Promise<void> {
  assertServices();
  if (options.remote) await startThere(options, options.remote);
  else await startHere(options);
}

async function startHere(options: RuntimeOptions): Promise<void> {
  const runtime = await startLaptop(options, listenersOf(options));
  // Ctrl-C at the very moment of the greeting stops it in order too.
  stopOnSignal(runtime);
  await greet(runtime, options);
  // In a thread of its own and only if a source is newer, so that the first who opens the page need not wait.
  import("@order-saga/console/build")
    .then(({ pageFolder }) => pageFolder())
    .catch((error) => warn(`The console's page cannot be built: ${error.message}`));
  const watch = watchSettledOrders({ maximumOrders: 10_000 });
  runtime.observe({
    eventAccepted({ event }) {
      const settled = watch(event);
      if (!settled) return;
      const { orderId, status, reason, amount, currency, milliseconds } = settled;
      const price = withCurrency(amount, currency).padStart(12);
      console.log(
        `${orderId}  ${status.padEnd(9)} ${price}  ${String(milliseconds).padStart(5)} ms  ${reason}`,
      );
    },
  });
}

async function startThere(options: RuntimeOptions, remote: RemoteOptions): Promise<void> {
  const runtime = await startRemoteRuntime({ ...options, remote }, listenersOf(options));
  stopOnSignal(runtime);
  console.log(`
Order saga is running, with its queues, bus and tables elsewhere.

  Storefront API   ${runtime.url}  (routes: ${runtime.url}/openapi.json)
  AWS endpoint     ${remote.endpoint}, ${runtime.region}; every name there begins with ${remote.prefix}
  Mails and cards  played at ${runtime.standIns}
  State            ${options.data ?? "memory; gone when this stops"} (secrets, mails and cards)
  Not there        console, clock, faults, the list of settled orders: ask GET ${runtime.url}/orders

Place an order:

${await anOrder(runtime)}
Ctrl-C stops; what was made there stays.
`);
}

function listenersOf(options: RuntimeOptions): RuntimeListeners {
  return { onLog: logWriter(options), onWarning: warn, onNotice: (line) => console.log(line) };
}

/** A command that places an order, with a token for it. */
async function anOrder({ issuer, url }: Pick<Runtime, "issuer" | "url">): Promise<string> {
  const token = await issuer.sign({
    sub: "dev",
    scope: scopes.join(" "),
    expiresInSeconds: DEVELOPMENT_TOKEN_SECONDS,
  });
  const body = {
    contact: { email: "ada@example.com", name: "Ada" },
    currency: "EUR",
    lines: [{ sku: products[0].sku, quantity: 2 }],
    paymentMethod: "pm_card_visa",
  };
  return `  curl -i ${url}/orders \\
    -H 'Authorization: Bearer ${token}' \\
    -H 'Idempotency-Key: ${randomUUID()}' \\
    -H 'Content-Type: application/json' \\
    -d '${JSON.stringify(body)}'
`;
}

async function greet(runtime: Runtime, options: RuntimeOptions): Promise<void> {
  console.log(`
Order saga is running.

  Console          ${runtime.url}
  Storefront API   ${runtime.url}  (routes: ${runtime.url}/openapi.json)
  AWS endpoint     ${runtime.aws.url}  (EventBridge, SQS, DynamoDB, S3, SES, Stripe under /v1)
  State            ${options.data ?? "memory; gone when this stops"}
${receivers(runtime)}
Place an order:

${await anOrder(runtime)}
${faultsOn(runtime)}Ctrl-C stops. Settled orders:
`);
}

/** Each receiver with the secret that verifies its webhooks. */
function receivers({ values }: Runtime): string {
  const secrets = readSecrets(values.WEBHOOK_SECRETS ?? "");
  const lines = endpointsOf(values.WEBHOOK_ENDPOINTS).map(
    ({ name, url }) => `  Webhooks         ${url}  (${name}; secret ${secrets.get(name)?.[0]})\n`,
  );
  return lines.join("");
}

/** Faults outlive a restart, so the start says which are on. */
function faultsOn({ faults, url }: Runtime): string {
  const said = describeFaults(faults);
  if (said.length === 0) return "";
  return `Faults are on (seed ${faults.seed()}):

${said.map((line) => `  ${line}`).join("\n")}

None again:  curl -X DELETE -H 'X-Order-Saga: curl' ${url}/__local/faults

`;
}

/** Functions' log lines go to a file; what needs a person goes to the console as well. */
function logWriter({ data }: RuntimeOptions): (line: string) => void {
  const keep =
    data === undefined ? undefined : createLogFile(join(data, "logs"), warn, () => performance.now());
  return (line) => {
    keep?.(line);
    const isQuiet = line.startsWith("{") && !/"level":"(error|warn)"/.test(line);
    if (!isQuiet) console.error(line);
  };
}

function warn(message: string): void {
  console.error(`! ${message}`);
}

function stopOnSignal(runtime: Pick<Runtime, "stop">): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(130); // A second Ctrl-C does not wait; the state is safe at any moment.
    stopping = true;
    console.log("\nStopping …");
    await runtime.stop();
    process.exit(0);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}
