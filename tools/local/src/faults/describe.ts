// Faults in words, for a person: the start lists those that outlived the restart, the console all.
import type { FaultBoard, ListedFault } from "./board.ts";
import type { Fault } from "./fault.ts";

/** One line per fault that still strikes; none if nothing does. */
export function describeFaults(board: FaultBoard): string[] {
  return board
    .list()
    .filter(({ left }) => left !== 0)
    .map((fault) => `${fault.id}: ${describeFault(fault)}`);
}

/** Such as "the mail service refuses mails, 50 % of the time, 2 more times, has struck 1 time". */
export function describeFault(fault: ListedFault): string {
  const { chance, hits, left } = fault;
  const times = (count: number) => `${count} time${count === 1 ? "" : "s"}`;
  return [
    faultWords(fault),
    ...("orderId" in fault && fault.orderId !== undefined ? [`for ${fault.orderId} only`] : []),
    ...(chance < 1 ? [`${Number((chance * 100).toPrecision(3))} % of the time`] : []),
    ...(left === undefined ? [] : [left === 1 ? "1 more time" : `${left} more times`]),
    ...(hits === 0 ? [] : [`has struck ${times(hits)}`]),
  ].join(", ");
}

const provider: Readonly<Record<Extract<Fault, { kind: "provider" }>["outcome"], string>> = {
  down: "does not answer",
  slow: "answers late",
  unknown: "does what it is asked, but its answer is lost",
  declined: "says no",
  "server-error": "answers with an error of its own",
  "server-error-kept": "answers with an error of its own, and again to the same key",
  throttled: "refuses requests as too many",
  "key-in-use": "says that another request with the same key is under way",
};

const webhook: Readonly<Record<Extract<Fault, { kind: "webhook" }>["outcome"], string>> = {
  lost: "are lost",
  doubled: "come twice",
  late: "come late",
  reordered: "overtake each other",
  forged: "come with forged ones",
};

const mail: Readonly<Record<Extract<Fault, { kind: "mail" }>["outcome"], string>> = {
  refused: "refuses mails",
  throttled: "refuses mails as too many",
  unknown: "sends mails, but its answers are lost",
};

/** What goes wrong, without how often. */
function faultWords(fault: Fault): string {
  const at = "reaction" in fault && fault.reaction !== undefined ? fault.reaction : "every reaction";
  const to = "reaction" in fault && fault.reaction !== undefined ? `to ${fault.reaction} ` : "";
  switch (fault.kind) {
    case "fail":
      return `${at} fails`;
    case "time-out":
      return `${at} runs out of time ${fault.effect} its work`;
    case "crash":
      return `${at} dies ${fault.effect} its work`;
    case "duplicate":
      return `events come ${to}${fault.copies === 1 ? "twice" : `${fault.copies + 1} times`}`;
    case "delay":
      return `events come ${to}${fault.seconds} s late`;
    case "reorder":
      return `events come ${to}up to ${fault.withinSeconds} s late and overtake each other`;
    case "poison":
      return `an unreadable message comes ${to}beside an event`;
    case "queue-down":
      return `the queue of ${at} refuses events`;
    case "put-events":
      return putEventsWords(fault.outcome, fault.event ?? "events");
    case "provider": {
      const late = fault.outcome === "slow" && fault.milliseconds ? ` by ${fault.milliseconds} ms` : "";
      return `the payment provider ${provider[fault.outcome]}${late}${only(fault.operation)}`;
    }
    case "webhook": {
      const isTimed = fault.outcome === "late" || fault.outcome === "reordered";
      const within = isTimed ? `, by up to ${fault.seconds} s` : "";
      const of = fault.event === undefined ? "" : `${fault.event} `;
      return `the provider's ${of}webhooks ${webhook[fault.outcome]}${within}`;
    }
    case "limit":
      return `the ${fault.of === "mail" ? "mail service" : "payment provider"} takes ${fault.perSecond} a second${only(fault.operation)}`;
    case "contention":
      return `tables take their time and refuse what is more than ${fault.tableWriteUnits} writes a second`;
    case "stale-reads":
      return `reads that need not be consistent show what was there up to ${fault.withinSeconds} s before`;
    case "mail":
      return `the mail service ${mail[fault.outcome]}`;
  }
}

const only = (operation: string | undefined) => (operation === undefined ? "" : `, to ${operation} only`);

function putEventsWords(outcome: "refused" | "throttled" | "answer-lost", what: string): string {
  if (outcome === "refused") return `the bus refuses ${what}`;
  if (outcome === "throttled") return `the bus refuses ${what} as too many`;
  return `the bus takes ${what}, but its answer is lost`;
}
