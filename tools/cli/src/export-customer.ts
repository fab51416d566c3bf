// `pnpm export-customer`: prints what is kept of a customer, as JSON, for them.
import { command, run } from "@order-saga/arguments";
import { NotReached } from "./ask.ts";
import { ask, customerOptions } from "./customers.ts";

const exportCustomer = command(
  {
    name: "pnpm export-customer",
    says: "Prints a customer's orders with their contact, their words and the state of their mails, as JSON.",
    options: customerOptions,
  },
  async (values) => {
    console.log(JSON.stringify(await ask("export", values), null, 2));
    return 0;
  },
);

await run(exportCustomer, (error) => error instanceof NotReached);
