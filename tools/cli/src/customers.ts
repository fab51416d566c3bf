// Where a customer's data are handed out or forgotten: the laptop that runs here, or a deployed stage.
import { type Declaration, port, UsageError } from "@order-saga/arguments";

/** Nothing answers, or it refused; the message says what to do. */
export class CustomerError extends Error {
  override readonly name = "CustomerError";
}

export const customerOptions = {
  customer: { kind: "text", value: "SUB", says: "whose data: the `sub` of their token" },
  stage: {
    kind: "text",
    value: "NAME",
    pattern: /^[a-z0-9][a-z0-9-]*$/i,
    needs: "letters, digits and hyphens",
    says: "a deployed stage, reached with this shell's credentials; else the laptop",
  },
  port: { ...port, variable: "PORT", default: 3000, says: "where the laptop's API listens" },
} as const satisfies Declaration["options"];

export type Given = {
  readonly customer: string | undefined;
  readonly stage: string | undefined;
  readonly port: number;
};

/** The answer as it is. Throws CustomerError or UsageError. */
export async function ask(what: "forget" | "export", { customer, port, stage }: Given): Promise<object> {
  if (!customer) throw new UsageError("Say whose data: --customer SUB");
  if (stage !== undefined) {
    const { atStage } = await import("@order-saga/local/customers/stage");
    return atStage(stage, what, customer).catch((error: Error) => {
      throw new CustomerError(
        `AWS refused (${error.name}: ${error.message}). Are AWS_PROFILE and AWS_REGION those of the stage?`,
      );
    });
  }
  const url = `http://localhost:${port}/__local/customers/${what}`;
  const headers = { "content-type": "application/json", "x-order-saga": what };
  const body = JSON.stringify({ sub: customer });
  const answer = await fetch(url, { method: "POST", headers, body }).catch(() => undefined);
  const content = (await answer?.json().catch(() => undefined)) as { title?: string } | undefined;
  if (answer?.ok && content) return content;
  if (answer?.status === 400) throw new UsageError(content?.title ?? "The customer was refused");
  throw new CustomerError(
    `No order saga answers on localhost:${port}. Start it with \`pnpm start\`, or name its port with --port.`,
  );
}
