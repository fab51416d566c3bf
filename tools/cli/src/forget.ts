// `pnpm forget`: deletes a customer's key, so that nothing that was kept of them can be read any more.
import { command, run } from "@order-saga/arguments";
import { NotReached } from "./ask.ts";
import { ask, customerOptions } from "./customers.ts";

const forget = command(
  {
    name: "pnpm forget",
    says: "Forgets a customer: their contact and their words become unreadable wherever they are kept.",
    options: customerOptions,
    notes: "What it prints is for the audit: it does not name them. It may be repeated; it cannot be undone.",
  },
  async (values) => {
    console.log(JSON.stringify({ action: "forget", ...(await ask("forget", values)) }));
    return 0;
  },
);

await run(forget, (error) => error instanceof NotReached);
