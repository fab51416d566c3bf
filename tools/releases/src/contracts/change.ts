// A change of a contract: what it does to those who read and write it, and what to do about it.
import type { Difference } from "./schema.ts";

/** `ordered`: right, if one side is deployed before the other. */
export type Verdict = "harmless" | "ordered" | "breaking";

export type Change = {
  /** `OrderPlaced`, or `POST /orders, request`. */
  readonly contract: string;
  /** A JSON pointer into an event, a body or a parameter; empty for the whole. */
  readonly at: string;
  readonly what: string;
  readonly verdict: Verdict;
  /** Reactions and functions that read or write it. */
  readonly hurt: readonly string[];
  readonly todo: string;
};

/** Who writes and who reads, which decides what a difference does. */
export type Direction = "event" | "request" | "answer";

/**
 * An event is read by code of the last release, and old events by new code, from queues and archive: writers
 * may add, readers may accept more. A request comes from clients that stay as they are for years; so do the
 * readers of an answer.
 */
const verdicts: Record<Difference["kind"], Record<Direction, Verdict>> = {
  "field added": { event: "harmless", request: "harmless", answer: "harmless" },
  "required field added": { event: "breaking", request: "breaking", answer: "harmless" },
  "field gone": { event: "ordered", request: "breaking", answer: "ordered" },
  "required field gone": { event: "breaking", request: "breaking", answer: "breaking" },
  "now required": { event: "breaking", request: "breaking", answer: "harmless" },
  "now optional": { event: "ordered", request: "harmless", answer: "ordered" },
  wider: { event: "ordered", request: "harmless", answer: "ordered" },
  narrower: { event: "breaking", request: "breaking", answer: "harmless" },
  other: { event: "breaking", request: "breaking", answer: "breaking" },
  meaning: { event: "breaking", request: "breaking", answer: "breaking" },
  default: { event: "breaking", request: "harmless", answer: "harmless" },
  wording: { event: "harmless", request: "harmless", answer: "harmless" },
};

export function verdictOf({ isExpected, kind }: Difference, direction: Direction): Verdict {
  return isExpected && direction === "answer" ? "harmless" : verdicts[kind][direction];
}

/** The change in one line. An accepted change is named by it. */
export function sentenceOf({ at, contract, what }: Change): string {
  return `${contract}${at ? ` ${at}` : ""}: ${what}`;
}

/** What to do about a difference, for a reader who sees this for the first time. */
export function todoOf({ at, kind }: Difference, direction: Direction): string {
  const verdict = verdictOf({ at, kind, what: "" }, direction);
  if (verdict === "harmless") return "nothing";
  return direction === "event" ? todoOfEvent(kind) : todoOfApi(kind, direction);
}

const NEW_VERSION = "or make a new version of the event with an upcaster (docs/contracts.md)";

function todoOfEvent(kind: Difference["kind"]): string {
  switch (kind) {
    case "required field added":
    case "now required":
      return `leave the field optional: events without it are in queues, records and the archive; ${NEW_VERSION}`;
    case "required field gone":
      return `put the field back, and say a new one beside it as an optional field; ${NEW_VERSION}`;
    case "field gone":
      return "deploy the reactions that do not read it, then the functions that leave it out";
    case "now optional":
      return "deploy the reactions that do without it, then the functions that leave it out";
    case "wider":
      return "deploy the reactions that accept it, then the functions that say it";
    case "default":
      return "let the reaction choose what a left out field means: events without it were said before";
    case "meaning":
      return `give the new meaning to a new optional field, and leave this one as it is; ${NEW_VERSION}`;
    default:
      return `accept what was accepted: such events are in queues, records and the archive; ${NEW_VERSION}`;
  }
}

function todoOfApi(kind: Difference["kind"], direction: Direction): string {
  if (direction === "request") {
    if (kind === "required field added" || kind === "now required")
      return "make it optional: clients that do not send it are in use";
    if (kind === "field gone" || kind === "required field gone")
      return "go on accepting the field: clients that send it are in use";
    if (kind === "meaning") return "give the new meaning to a new optional field";
    return "go on accepting what was accepted: clients that send it are in use";
  }
  if (kind === "wider") return "release the client that knows it, then deploy the API that answers it";
  if (kind === "now optional" || kind === "field gone")
    return "release the client that does without it, then deploy the API";
  if (kind === "meaning") return "give the new meaning to a new field, and leave this one as it is";
  return "go on answering it as it was, and add what is new beside it";
}
