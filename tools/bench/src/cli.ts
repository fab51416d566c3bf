// `pnpm bench cold|warm …`: each measurement is a command of its own, loaded when it is asked for.
import { commands, run } from "@order-saga/arguments";

const bench = commands("pnpm bench", "Measures what the documents say of performance.", {
  cold: {
    says: "what a cold start costs, against SST's default bundle and an empty handler",
    load: async () => (await import("./cold/command.ts")).cold,
  },
  warm: {
    says: "what the edge adds to a record, against a raw loop and Powertools' batch",
    load: async () => (await import("./warm/command.ts")).warm,
  },
  saga: {
    says: "how many orders the laptop settles, beside Restate and DBOS",
    load: async () => (await import("./saga/command.ts")).saga,
  },
  bulk: {
    says: "how long another customer's order takes beside a bulk of 500",
    load: async () => (await import("./bulk/command.ts")).bulk,
  },
  sale: {
    says: "orders beyond the provider's limit, and one fault at each of its calls",
    load: async () => (await import("./sale/command.ts")).sale,
  },
  worker: {
    says: "orders a second by a long-lived worker, beside Lambda's runtime on the laptop",
    load: async () => (await import("./worker/command.ts")).worker,
  },
  backlog: {
    says: "how a long queue drains, and five reactions beside a slow one",
    load: async () => (await import("./backlog/command.ts")).backlog,
  },
  hot: {
    says: "how many orders a second one SKU carries, by the ways to keep its stock",
    load: async () => (await import("./hot/command.ts")).hot,
  },
  hostile: {
    says: "what odd bodies, too many orders and too large bodies do to the laptop",
    load: async () => (await import("./hostile/command.ts")).hostile,
  },
  outage: {
    says: "how fast the backlog of an outage is cleared, and what fresh orders notice of it",
    load: async () => (await import("./outage/command.ts")).outage,
  },
  feed: {
    says: "how fast a stock feed becomes stock beside orders, and that no kill changes its sum",
    load: async () => (await import("./feed/command.ts")).feed,
  },
  console: {
    says: "what an open console takes from a shop with many orders and dead letters",
    load: async () => (await import("./console/command.ts")).consoleBench,
  },
  start: {
    says: "how long it takes until the first order is accepted",
    load: async () => (await import("./start/command.ts")).start,
  },
});

await run(bench);
