// Asks the board at every place where something may go wrong: at the endpoint, and where a function is
// invoked.
import type { EndpointFaults, PaymentFault, PaymentRequest, WebhookFault } from "@order-saga/emulator";
import type { SQSEvent } from "aws-lambda";
import type { InvocationFault } from "../lambda/faulty-invoke.ts";
import type { FaultBoard } from "./board.ts";
import { createContention } from "./contention.ts";
import type { FaultOf } from "./fault.ts";
import { orderOfDetail, orderOfMail, orderOfMessage, orderOfPayment } from "./order-id.ts";
import { createRateLimits } from "./rate-limits.ts";
import { createStaleReads } from "./stale-reads.ts";

/** `reactionOf` knows the reaction behind a queue's ARN. */
export function endpointFaults(
  board: FaultBoard,
  reactionOf: (queueArn: string) => string | undefined,
  now: () => number = Date.now,
): EndpointFaults & Required<Pick<EndpointFaults, "staleReads">> {
  const limits = createRateLimits(now);
  const isOverLimit = (of: FaultOf<"limit">["of"], operation?: Operation) =>
    board.strike(
      "limit",
      (fault) =>
        fault.of === of &&
        isAny(fault.operation, operation) &&
        !limits.lets(`${of} ${fault.operation ?? "all"}`, fault.perSecond),
    ) !== undefined;
  return {
    contention: createContention(board),
    staleReads: createStaleReads(board),

    putEvents(entries) {
      const fits = (index: number, fault: FaultOf<"put-events">) => {
        const { DetailType, Detail } = entries[index] ?? {};
        return isAny(fault.event, DetailType) && isOrder(fault, () => orderOfDetail(Detail));
      };
      const places = [...entries.keys()];
      for (const outcome of ["throttled", "answer-lost"] as const) {
        const struck = board.strike(
          "put-events",
          (fault) => fault.outcome === outcome && places.some((index) => fits(index, fault)),
        );
        if (struck) return { outcome };
      }
      const refused = places.filter((index) =>
        board.strike("put-events", (fault) => fault.outcome === "refused" && fits(index, fault)),
      );
      return refused.length > 0 ? { outcome: "refused", entries: new Set(refused) } : undefined;
    },

    delivery({ queueArn, body }) {
      const reaction = reactionOf(queueArn);
      if (reaction === undefined) return undefined;
      const fits = fitting(reaction, body);
      if (board.strike("queue-down", fits)) return { refusedWith: "ThrottlingException" };
      const delay = board.strike("delay", fits)?.fault.seconds;
      const shuffled = board.strike("reorder", fits);
      const delaySeconds = delay ?? (shuffled && Math.ceil(shuffled.random * shuffled.fault.withinSeconds));
      const copies = board.strike("duplicate", fits)?.fault.copies ?? 0;
      const poison = board.strike("poison", fits) ? [{ body: "This message is unreadable." }] : [];
      if (delaySeconds === undefined && copies === 0 && poison.length === 0) return undefined;
      const event = delaySeconds === undefined ? {} : { delaySeconds };
      return { copies: [event, ...Array.from({ length: copies }, () => ({})), ...poison] };
    },

    payment(request) {
      const operation = operationOf(request);
      if (isOverLimit("provider", operation)) return { mode: "rate-limited" };
      const struck = board.strike(
        "provider",
        (fault) => isAny(fault.operation, operation) && isOrder(fault, () => orderOfPayment(request)),
      );
      if (!struck) return undefined;
      const { outcome, milliseconds = SLOW_MILLISECONDS } = struck.fault;
      return { mode: modes[outcome], milliseconds };
    },

    webhook({ metadata, type }) {
      const fits = (fault: FaultOf<"webhook">) =>
        isAny(fault.event, type) && isOrder(fault, () => metadata.orderId);
      const struck = board.strike("webhook", fits);
      if (!struck) return undefined;
      const { outcome, seconds } = struck.fault;
      const share = outcome === "reordered" ? struck.random : 1;
      return { mode: outcome, milliseconds: Math.ceil(share * seconds * 1000) } satisfies WebhookFault;
    },

    mail(form) {
      if (isOverLimit("mail")) return "throttled";
      const struck = board.strike("mail", (fault) => isOrder(fault, () => orderOfMail(form)));
      return struck?.fault.outcome === "unknown" ? "answer-lost" : struck?.fault.outcome;
    },
  };
}

/** What becomes of a batch; a crash or a time-out concerns all of it, a failure the matching records only. */
export function invocationFault(
  board: FaultBoard,
  reaction: string,
  { Records }: SQSEvent,
): InvocationFault | undefined {
  const fitsRecord = Records.map(({ body }) => fitting(reaction, body));
  for (const kind of ["crash", "time-out"] as const) {
    const struck = board.strike(kind, (fault) => fitsRecord.some((fits) => fits(fault)));
    if (struck) return { kind, effect: struck.fault.effect };
  }
  const failing = Records.filter((_, index) => board.strike("fail", fitsRecord[index] ?? (() => false)));
  if (failing.length === 0) return undefined;
  return { kind: "fail", messageIds: new Set(failing.map(({ messageId }) => messageId)) };
}

type Concerning = { reaction?: string | undefined; orderId?: string | undefined };

function fitting(reaction: string, body: string): (fault: Concerning) => boolean {
  return (fault) => isAny(fault.reaction, reaction) && isOrder(fault, () => orderOfMessage(body));
}

function isAny<T>(wanted: T | undefined, found: T | undefined): boolean {
  return wanted === undefined || wanted === found;
}

/** Parses the message only if the fault is limited to one order. */
function isOrder({ orderId }: Concerning, orderOf: () => string | undefined): boolean {
  return orderId === undefined || orderId === orderOf();
}

/** Long enough to be seen, and less than the payment service waits. */
const SLOW_MILLISECONDS = 2000;

const modes = {
  down: "down",
  slow: "slow",
  unknown: "timeout-after-effect",
  declined: "declined",
  "server-error": "server-error",
  "server-error-kept": "server-error-kept",
  throttled: "rate-limited",
  "key-in-use": "key-in-use",
} as const satisfies Record<FaultOf<"provider">["outcome"], PaymentFault["mode"]>;

type Operation = NonNullable<FaultOf<"provider">["operation"]>;

export function operationOf({ method, path }: PaymentRequest): Operation {
  if (method === "GET") return "look-up";
  if (path.endsWith("/capture")) return "capture";
  if (path.endsWith("/cancel")) return "void";
  return path.startsWith("/v1/refunds") ? "refund" : "authorize";
}
