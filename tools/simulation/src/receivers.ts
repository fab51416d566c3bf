// Stands in for the receivers of webhooks, where a stage has some: each fails now and then, and recovers.
import type { Post } from "@order-saga/webhooks/sender/signing";
import type { Call, Caller } from "./calls.ts";
import type { ToldWebhook } from "./checkers/observed.ts";
import type { RunContext } from "./context.ts";

export type Receivers = {
  post(caller: Caller): Post;
  readonly told: readonly ToldWebhook[];
};

/** Of so many webhooks the first four fail, so that an endpoint is one that fails for a while. */
const EVERY = 11;
const FAILING = 4;

export function createReceivers(context: RunContext, call: Call): Receivers {
  const told: ToldWebhook[] = [];
  const counts = new Map<string, number>();
  return {
    told,
    post:
      (caller) =>
      ({ body, headers, url }) => {
        const { orderId } = (JSON.parse(body) as { data: { orderId: string } }).data;
        const id = headers["webhook-id"] ?? "";
        const effect = () => {
          const count = counts.get(url) ?? 0;
          counts.set(url, count + 1);
          const taken = count % EVERY >= FAILING;
          told.push({ at: context.scheduler.now(), id, body, taken });
          return { status: taken ? 204 : 503 };
        };
        return call(caller, { category: "provider", what: () => `tells ${id}`, orderId, effect });
      },
  };
}
