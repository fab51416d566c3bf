// What the runtime tells its observers, such as the console's recorder and the invariants' witness.
import type { DomainEvent } from "@order-saga/contracts";
import type { Asked, Denial, EndpointObserver } from "@order-saga/emulator";
import type { Batch } from "./lambda/mapping.ts";

/** An observer implements the methods it needs; none may throw. Times are milliseconds. */
export type RuntimeObserver = {
  /** The bus accepted an event of the services. */
  eventAccepted?(accepted: AcceptedEvent): void;
  /** The bus put a message on a reaction's queue. */
  messageDelivered?(delivery: { readonly reaction: string; readonly body: string }): void;
  /** A reaction's batch started (`batch.end` is absent) or ended. */
  batchChanged?(batch: Batch): void;
  /** A function answered a request of the API; both are in API Gateway's form. */
  requestAnswered?(answered: AnsweredRequest): void;
  scheduleStarted?(name: string): void;
  scheduleEnded?(name: string): void;
  /** A function wrote a log line. */
  lineLogged?(line: string): void;
  /** The payment provider answered, or its answer was lost. */
  paymentAnswered?: NonNullable<EndpointObserver["paid"]>;
  mailSent?: NonNullable<EndpointObserver["mailed"]>;
  /** The endpoint judged a call of a function by its role's policy. */
  callJudged?(judged: JudgedCall): void;
};

/** `asked` for each request that was allowed, `denial` for the first that was not. */
export type JudgedCall = {
  readonly accessKey: string;
  readonly asked: Asked | undefined;
  readonly denial: Denial | undefined;
};

export type AcceptedEvent = {
  readonly event: DomainEvent;
  /** True if an archive replays it. */
  readonly isReplay: boolean;
  readonly acceptedAt: number;
  /** The reactions whose rules match it. */
  readonly reactions: readonly string[];
};

export type AnsweredRequest = {
  readonly functionName: string;
  readonly request: unknown;
  readonly answer: unknown;
  readonly receivedAt: number;
};

/** One observer that tells all others; those that join later hear what comes after. */
export function observerOf(observers: ReadonlySet<RuntimeObserver>): Required<RuntimeObserver> {
  const tell =
    <K extends keyof RuntimeObserver>(method: K) =>
    (told: Parameters<Required<RuntimeObserver>[K]>[0]) => {
      for (const observer of observers)
        (observer[method] as ((given: typeof told) => void) | undefined)?.(told);
    };
  return {
    eventAccepted: tell("eventAccepted"),
    messageDelivered: tell("messageDelivered"),
    batchChanged: tell("batchChanged"),
    requestAnswered: tell("requestAnswered"),
    scheduleStarted: tell("scheduleStarted"),
    scheduleEnded: tell("scheduleEnded"),
    lineLogged: tell("lineLogged"),
    paymentAnswered: tell("paymentAnswered"),
    mailSent: tell("mailSent"),
    callJudged: tell("callJudged"),
  };
}
