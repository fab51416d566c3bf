// `pnpm smoke`: places an order that must be confirmed and one that must be declined in a deployed stage.
import { setTimeout as wait } from "node:timers/promises";
import { command, run, UsageError } from "@order-saga/arguments";
import { smoke } from "./smoke-order.ts";

const smokeCommand = command(
  {
    name: "pnpm smoke",
    says: "Places an order that must be confirmed and one that must be declined; fails if they are not.",
    options: {
      url: {
        kind: "text",
        value: "URL",
        variable: "SMOKE_URL",
        default: "http://localhost:3000",
        says: "the API of a stage with Stripe in test mode",
      },
      seconds: { kind: "whole", least: 1, default: 120, says: "how long an order may take" },
    },
    notes:
      "SMOKE_TOKEN in the environment is a token of a customer with every scope. Never for production: it adds a product.",
  },
  async ({ seconds, url }) => {
    const token = process.env.SMOKE_TOKEN;
    if (!token) throw new UsageError("SMOKE_TOKEN is not set: a token of a customer with every scope");
    const faults = await smoke({
      url,
      token,
      patience: seconds * 1000,
      now: () => Date.now(),
      pause: async (milliseconds) => void (await wait(milliseconds)),
      say: (line) => console.log(line),
    });
    for (const each of faults) console.error(each);
    return faults.length > 0 ? 1 : 0;
  },
);

await run(smokeCommand, (error) => error instanceof TypeError || error.message.startsWith("PUT "));
