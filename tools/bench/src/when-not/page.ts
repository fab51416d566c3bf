// docs/when-not.md from the recorded results: no figure of the page is written by hand.
import { readFile } from "node:fs/promises";
import { table } from "../chart.ts";

type Contender = { ordersPerSecond: number; alone: number };
export type Recorded = {
  measured: string;
  machine: string;
  orders: number;
  rounds: number;
  contenders: Readonly<Record<string, Contender>>;
  dollarsAMillion: Readonly<Record<string, number>>;
};

export const recordedFile = new URL("measured.json", import.meta.url);
export const pageFile = new URL("../../../../docs/when-not.md", import.meta.url);
export const readRecorded = async () => JSON.parse(await readFile(recordedFile, "utf8")) as Recorded;

const OURS = "persisted";
/** Lambda's price of a million durable operations (aws.amazon.com/lambda/pricing), and an order's steps. */
const DURABLE_DOLLARS = 8;
const STEPS = 8;
const rivals = ["Restate with calls", "DBOS with calls", "durable functions with calls"];

export function pageOf(recorded: Recorded): string {
  const { contenders, dollarsAMillion, machine, measured, orders, rounds } = recorded;
  const of = (name: string): Contender =>
    contenders[name] ?? { ordersPerSecond: Number.NaN, alone: Number.NaN };
  const ours = of(OURS);
  const rows = Object.entries(contenders).map(
    ([name, { alone, ordersPerSecond }]) =>
      `| ${name === OURS || name === "in memory" ? `this saga, ${name}` : name} | ${ordersPerSecond} | ${(ours.ordersPerSecond / ordersPerSecond).toFixed(2)} | ${alone} ms |`,
  );
  const behind = rivals.filter((name) => of(name).ordersPerSecond >= ours.ordersPerSecond);
  const bill = Object.entries(dollarsAMillion).map(
    ([name, dollars]) => `| ${name} | ${dollars.toFixed(2)} |`,
  );
  return `# When not to use this

Made by \`pnpm when-not --write\` from recorded results; \`pnpm when-not\` prints the figures.

## One order by other means

The same calls in each: the order, two transactions, the order's end, two calls of the provider, two mails. Measured on ${measured} (${machine}), medians of ${rounds} rounds of ${orders} orders in turns, 32 in flight and then alone: \`pnpm when-not --measure\`.

| | orders/s | ours persisted ÷ it | alone p50 |
| --- | ---: | ---: | ---: |
${rows.join("\n")}

${behind.length === 0 ? "This saga is ahead of Restate, DBOS and durable functions." : `This saga is behind ${behind.join(", ")}.`} They do not promise the same: durable functions run by their SDK's local runner, which keeps checkpoints in memory; BullMQ's Redis flushes each second; one function keeps nothing but what its calls wrote, so a crash between two of them leaves a reservation or a charge that nothing finishes. A peer that the machine cannot run is left out.

| per million confirmed orders, without mail | dollars |
| --- | ---: |
${bill.join("\n")}
| durable functions: ${STEPS} operations at ${DURABLE_DOLLARS} dollars a million, without its calls | ${(STEPS * DURABLE_DOLLARS).toFixed(2)} |

## Take something else if

- **one team owns it all, or the answer must be in the request**: one function and an outbox. Alone it takes ${of("one function with calls").alone} ms, this saga ${ours.alone} ms, and there is one place to read.
- **the steps are in a line and change every week**: durable functions. Here a step is a manifest, a reaction and events of the contracts; there it is a line, for ${(STEPS * DURABLE_DOLLARS).toFixed(2)} dollars a million orders.
- **people are waited for, for weeks**: Step Functions, at ${dollarsAMillion["Step Functions Standard"]?.toFixed(2)} dollars a million orders.
- **events of one key must come in order**: EventBridge's new bus ([decision](decisions/classic-event-bus.md)). Here records decide what may follow what.
- **stock must be atomic over regions**: not DynamoDB's global tables, whose transactions hold in one region.

What is given up here: no one place says the flow (the map is generated), and a change over two services is two deployments.
`;
}

export const figuresOf = ({ contenders }: Recorded): string =>
  table([
    ["", "orders/s", "alone p50 ms"],
    ...Object.entries(contenders).map(([name, each]) => [
      name,
      String(each.ordersPerSecond),
      String(each.alone),
    ]),
  ]);
