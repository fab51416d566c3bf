// Where a customer's data are handed out or forgotten: the laptop that runs here, or a deployed stage.
import { type Declaration, port, stage, UsageError } from "@order-saga/arguments";
import { askLaptop, awsRefused } from "./ask.ts";

export const customerOptions = {
  customer: { kind: "text", value: "SUB", says: "whose data: the `sub` of their token" },
  stage: {
    ...stage,
    says: "a deployed stage, reached with this shell's credentials; else the laptop",
  },
  port: { ...port, variable: "PORT", default: 3000, says: "where the laptop's API listens" },
} as const satisfies Declaration["options"];

export type Given = {
  readonly customer: string | undefined;
  readonly stage: string | undefined;
  readonly port: number;
};

/** The answer as it is. Throws NotReached or UsageError. */
export async function ask(what: "forget" | "export", { customer, port, stage }: Given): Promise<object> {
  if (!customer) throw new UsageError("Say whose data: --customer SUB");
  if (stage !== undefined) {
    const { atStage } = await import("@order-saga/local/customers/stage");
    return atStage(stage, what, customer).catch((error: Error) => {
      throw awsRefused(error);
    });
  }
  const question = { port, who: what, body: { sub: customer }, refused: "The customer was refused" };
  return askLaptop(`/__local/customers/${what}`, question);
}
