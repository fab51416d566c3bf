// `pnpm demo`: plays every ending of the saga on an instance of its own, in memory, and checks the books.
import { command, run } from "@order-saga/arguments";
import { readBooks } from "@order-saga/invariants/books";
import { violationsAtRest } from "@order-saga/invariants/invariants";
import { createDemoClient } from "./demo/client.ts";
import { closingTable, timeline, verdict } from "./demo/report.ts";
import { poison, sale, scenarios } from "./demo/scenarios.ts";
import { startLaptop } from "./laptop.ts";

const demo = command(
  {
    name: "pnpm demo",
    says: "Plays every ending of the saga on an instance of its own, in memory, and checks the books.",
  },
  play,
);

async function play(): Promise<number> {
  const begun = performance.now();
  const runtime = await startLaptop(
    { port: 0, awsPort: 0, data: undefined },
    // Faults are part of the show; the books say at the end whether they did harm.
    { onLog: () => {}, onWarning: () => {} },
  );
  try {
    const client = await createDemoClient(runtime);
    const total = scenarios.reduce((sum, scenario) => sum + scenario.count, 0);
    console.log(`\nOrder saga demo: ${total} orders, every ending, in memory on ${runtime.url}\n`);
    const examples = new Map<string, string | undefined>();
    let posted = 0;
    for (const { count, ending, endsWith, play } of scenarios) {
      for (let round = 0; round < count; round++) {
        const orderId = await play(client, runtime);
        if (orderId) await client.until(orderId, endsWith);
        examples.set(ending, orderId);
        posted++;
      }
      console.log(`  ${String(posted).padStart(2)}/${total}  ${ending}${count > 1 ? ` × ${count}` : ""}`);
    }
    console.log(`  and a sale: ${await sale(client, runtime)}`);
    const { deadLetterQueue, reaction } = await poison(runtime);
    await client.untilIdle();
    const [parked] = runtime.aws.queues.messages(deadLetterQueue);
    console.log(`  and an unreadable message, parked by ${reaction}: ${parked?.attributes.errorMessage}`);

    for (const [ending, orderId] of examples) {
      console.log(`\n${ending}${orderId ? `  ${orderId}` : ": refused with 422, nothing was written"}`);
      if (orderId) console.log(timeline(client.eventsOf(orderId)));
    }
    const books = await readBooks(runtime);
    const violations = violationsAtRest(books, runtime.witness.seen());
    if (!parked) violations.push({ invariant: "E9", detail: "the poison message was not parked" });
    console.log(`\nThe books\n${closingTable(books)}\n\n${verdict(violations)}`);
    console.log(`${((performance.now() - begun) / 1000).toFixed(1)} s`);
    return violations.length > 0 ? 1 : 0;
  } catch (error) {
    console.error(
      `\nThe demo could not be played to its end: ${error instanceof Error ? error.message : error}`,
    );
    return 1;
  } finally {
    await runtime.stop();
  }
}

await run(demo);
