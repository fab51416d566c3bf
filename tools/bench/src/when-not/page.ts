// docs/when-not.md from the recorded results: no figure of the page is written by hand.
import { table } from "../chart.ts";
import { STEPS } from "../cost/peers.ts";
import { pricesDate } from "../cost/prices.ts";
import { workerMonth } from "../cost/worker.ts";
import type { Figures } from "./figures.ts";
import { linesOfPeer } from "./sources.ts";
import type { Way } from "./ways.ts";

export const pageFile = new URL("../../../../docs/when-not.md", import.meta.url);

/** Which the bar names: this saga is to settle more orders in a second than each. */
const rivals = ["Restate", "DBOS", "durable functions"];
const volumes = [10_000, 1_000_000, 10_000_000];

export const pageOf = (figures: Figures): string => `# When not to use this

Made by \`pnpm when-not --write\`; \`pnpm when-not\` prints the figures. [Ten questions](when-not.html) say which of these ways your answers speak for.

${measuredOf(figures)}

${monthsOf(figures)}

${adviceOf(figures)}

${givenUpOf(figures)}
`;

function measuredOf({ lines: own, measured, recorded, ways }: Figures): string {
  const ours = measured("this saga");
  const rows = ways.flatMap(({ contender, name, sources }) => {
    const each = recorded.contenders[contender ?? ""];
    if (!each) return [];
    const ratio = ours ? (ours.ordersPerSecond / each.ordersPerSecond).toFixed(2) : "–";
    const lines = sources ? linesOfPeer(sources) : own;
    return [`| ${name} | ${each.ordersPerSecond} | ${ratio} | ${each.alone} ms | ${lines} |`];
  });
  const behind = rivals.filter(
    (name) => (measured(name)?.ordersPerSecond ?? 0) >= (ours?.ordersPerSecond ?? 0),
  );
  const { machine, orders, rounds } = recorded;
  return `## One order by other means

The same calls in each: the order, two transactions, the order's end, two calls of the provider, two mails. Medians of ${rounds} rounds of ${orders} orders in turns, 32 in flight and then alone (${machine}): \`pnpm when-not --measure\`.

| | orders/s | this saga ÷ it | alone p50 | lines of code |
| --- | ---: | ---: | ---: | ---: |
${rows.join("\n")}

${behind.length === 0 ? `This saga is ahead of ${listed(rivals)}.` : `**This saga is behind ${listed(behind)}.**`} They do not promise the same: durable functions run by their SDK's local runner, which keeps checkpoints in memory; BullMQ's Redis flushes each second; one function keeps nothing but what its calls wrote, so a crash between two of them leaves a reservation or a charge that nothing finishes. A peer that the machine cannot run is left out. Lines are neither blank, comment nor test: a peer's are its service and the ${STEPS} steps, which cannot be cancelled and compensate nothing; this saga's are its services.`;
}

function monthsOf({ idle, parts, ways }: Figures): string {
  const dollars = (way: Way) =>
    volumes.map((orders) => way.month(orders).toLocaleString("en-US", { maximumFractionDigits: 0 }));
  const rows = ways.map((way) => {
    const of = way.parts.length > 0 ? way.parts.join(", ") : "see below";
    return `| ${way.name} | ${dollars(way).join(" | ")} | ${of} |`;
  });
  return `## Dollars a month

By orders a month, without mail, at eu-west-1's list prices of ${pricesDate} (\`tools/bench/src/cost/prices.ts\` names the source of each). This saga's ${idle.dollars.toFixed(2)} of an idle month, most of it alarms, are in its rows; what others need to be watched is not in theirs. Ways in Lambda read and write the same records; DBOS, BullMQ and Restate run in two tasks of one vCPU beside a PostgreSQL.

| | 10,000 | 1,000,000 | 10,000,000 | parts |
| --- | ---: | ---: | ---: | --- |
${rows.join("\n")}

Durable functions are counted with ${STEPS} steps and a start; what they write and keep is billed on top. A worker takes ${parts.queues} reactions out of Lambda.`;
}

function adviceOf(figures: Figures): string {
  const { aMillion, alone, containersFrom, idle, workerFrom } = figures;
  const halfIdle = Math.round((idle.dollars / Number(aMillion("this saga"))) * 1000) * 1000;
  return `## Take something else if

- **one team owns it all, or the answer must be in the request**: one function and an outbox. Alone it takes ${alone("one function")}, this saga ${alone("this saga")}, and there is one place to read; a million orders cost ${aMillion("one function")} dollars instead of ${aMillion("this saga")}.
- **orders are few**: below ${halfIdle.toLocaleString("en-US")} a month, an idle stage costs more than its orders do.
- **the steps are in a line and change every week**: durable functions. Here a step is a manifest, a reaction and events of the contracts; there it is a line, for ${aMillion("durable functions")} dollars a million orders.
- **people are waited for, for weeks**: Step Functions, at ${aMillion("Step Functions Standard")} dollars a million orders.
- **there are more than ${workerFrom} million orders a month**: this saga, with its reactions in a worker. Two tasks of one vCPU cost ${workerMonth().toFixed(2)} dollars a month; Lambda takes as much for the reactions of so many orders. Until then a worker is for steadiness: no cold start, connections that stay, visibility that is extended.
- **containers run already, and somebody is on call**: from ${containersFrom} million orders a month tasks, balancer and database cost less than this saga.
- **events of one key must come in order**: EventBridge's new bus ([decision](decisions/classic-event-bus.md)). Here records decide what may follow what.
- **stock must be atomic over regions**: not DynamoDB's global tables, whose transactions hold in one region.`;
}

function givenUpOf({ confirmed, idle, parts }: Figures): string {
  return `## What is given up here

- **One place that says the flow.** It is in ${parts.functions} functions and ${parts.events} types of event; the map is generated from their manifests.
- **Few parts.** ${parts.queues} queues with ${parts.deadLetterQueues} dead-letter queues behind them, ${parts.rules} rules, ${parts.tables} tables, and alarms over ${idle.watched} metrics in production.
- **One deployment.** A change over two services is two, and the contracts' old and new events live side by side between them.
- **An answer at once.** An order is ${confirmed.invocations} invocations, ${confirmed.events} events and ${confirmed.deliveries} deliveries, each of which may come late or twice.
- **One transaction.** Stock is reserved, and may be given back, before the card is charged; the customer can see both.`;
}

const listed = (names: readonly string[]) =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/** For a terminal. */
export function printed({ measured, ways }: Figures): string {
  const rows = ways.map((way) => {
    const { alone, ordersPerSecond } = measured(way.name) ?? {};
    const dollars = volumes.map((orders) => way.month(orders).toFixed(2));
    return [way.name, String(ordersPerSecond ?? "–"), String(alone ?? "–"), ...dollars];
  });
  return table([["", "orders/s", "alone p50 ms", "$ at 10 k a month", "1 M", "10 M"], ...rows]);
}
