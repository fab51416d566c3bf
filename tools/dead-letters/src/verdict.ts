// The verdict of a dry run: would settle, no effect, or fails again, with what changed.

import { isEventType } from "@order-saga/contracts";
import type { PaymentIntentRecord } from "@order-saga/emulator";
import { stockRecord } from "@order-saga/protocol/records";
import { mask } from "./masking.ts";
import type { Item } from "./records.ts";
import type { DryRun } from "./types.ts";

/** The state of a copy at one time. */
export type Copied = { items: Item[]; intents: PaymentIntentRecord[]; mails: string[] };

export function judge(outcome: {
  reaction: string;
  /** Why the function did not settle the message. */
  failure: string | undefined;
  /** The reason on the message that the function parked. */
  parked: { errorName?: string | undefined; errorMessage?: string | undefined } | undefined;
  /** Kinds of faults that struck. */
  strikes: readonly string[];
  says: string[];
  changes: string[];
}): Omit<DryRun, "messageId"> {
  const { changes, failure, parked, reaction, says, strikes } = outcome;
  const fault = strikes.length > 0 ? ` The fault “${strikes.join(", ")}” is on.` : "";
  if (parked) {
    const reason = [parked.errorName, parked.errorMessage].filter(Boolean).join(": ");
    return { verdict: "fails again", words: `${reaction} parks it again: ${reason}.${fault}`, says, changes };
  }
  if (failure !== undefined)
    return { verdict: "fails again", words: `${reaction} fails again: ${failure}.${fault}`, says, changes };
  const saying = says.length > 0 ? `says ${[...new Set(says)].join(", ")}` : "says nothing";
  if (changes.length === 0)
    return {
      verdict: "no effect",
      words: `All of it is done already: ${reaction} changes nothing and ${saying}${says.length > 0 ? " again" : ""}.`,
      says,
      changes,
    };
  return { verdict: "would settle", words: `${reaction} would settle it and ${saying}.`, says, changes };
}

/** Fields that only number or schedule a write. */
const quiet: ReadonlySet<string> = new Set(["version", "dueShard", "dueAt"]);

/** What differs between two states, a line for each field; personal data masked. */
export function changesBetween(before: Copied, after: Copied): string[] {
  return [
    ...itemChanges(before.items, after.items),
    ...intentChanges(before.intents, after.intents),
    ...mailChanges(before.mails, after.mails),
  ];
}

function itemChanges(before: readonly Item[], after: readonly Item[]): string[] {
  const known = new Map(before.map((item) => [keyOf(item), item]));
  return after.flatMap((item) => {
    const old = known.get(keyOf(item));
    const name = String(item.sk).toLowerCase();
    const of = name === "stock" ? `stock of ${stockRecord.id(String(item.pk))}` : name;
    return differences(old ?? {}, item).map((change) => `${of}: ${change}`);
  });
}

const keyOf = ({ pk, sk }: Item) => `${pk}/${sk}`;

function differences(before: Item, after: Item, path = ""): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !quiet.has(name) && !["pk", "sk", "listPk", "listSk", "orderId", "sku"].includes(name),
  );
  return names.flatMap((name) => {
    const [old, now] = [before[name], after[name]];
    if (JSON.stringify(old) === JSON.stringify(now)) return [];
    const here = path === "" ? name : `${path}.${name}`;
    if (isEventType(here)) return [`${typeof now === "string" ? "hears" : "records"} ${here}`];
    if (here === "events")
      return Object.keys((now ?? {}) as Item)
        .filter((type) => !(old as Item | undefined)?.[type])
        .map((type) => `records ${type}`);
    if (isPlain(old) && isPlain(now) && path === "") return differences(old, now, here);
    return [`${here} ${show(old)} → ${show(now)}`];
  });
}

const isPlain = (value: unknown): value is Item =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function show(value: unknown): string {
  if (value === undefined) return "–";
  if (typeof value === "string") return String(mask(value));
  const text = JSON.stringify(mask({ contact: undefined, value })).slice(9, -1);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function intentChanges(
  before: readonly PaymentIntentRecord[],
  after: readonly PaymentIntentRecord[],
): string[] {
  const known = new Map(before.map((intent) => [intent.id, intent]));
  return after.flatMap((intent) => {
    const old = known.get(intent.id);
    if (!old)
      return [`provider: ${intent.status === "requires_capture" ? "the card is held" : intent.status}`];
    return [
      ...(old.status === intent.status ? [] : [`provider: ${old.status} → ${intent.status}`]),
      ...(old.amountRefunded === intent.amountRefunded
        ? []
        : [`provider: refunded ${intent.amountRefunded}`]),
    ];
  });
}

function mailChanges(before: readonly string[], after: readonly string[]): string[] {
  return after.slice(before.length).map((name) => `mail: ${name.replace(/^.*\//, "")}`);
}
