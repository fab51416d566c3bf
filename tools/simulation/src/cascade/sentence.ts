// A cascade in one sentence: orders, units, money, mails and deadlines, and when the last of it had healed.

import { CURRENCY } from "../customers.ts";
import { faultKinds } from "../fault-kinds.ts";
import { type Cascade, type DrawnOrder, isHeld } from "./radius.ts";

/** `title` names the fault; its kind and place stand for it unless given. */
export function sentenceOf(cascade: Cascade, title = titleOf(cascade)): string {
  const { healedAt, orders, twins, until } = cascade;
  if (twins.struck.trace.met.size === 0) return `${title}: the fault was never met.`;
  const noticed = orders.filter((order) => isHeld(order) || hasConsequence(order));
  if (noticed.length === 0) return `${title}: ${absorbed(orders)}.`;
  const held = noticed.filter(isHeld);
  const parts = [counted(noticed.length, "order"), ...heldParts(held)].join(", ");
  const healed =
    healedAt > until
      ? `the last settled ${spanOf(healedAt - until)} after it was over`
      : "all had settled before it was over";
  return `${title}: ${parts}; ${lossesOf(noticed)}; ${healed}.`;
}

function absorbed(orders: readonly DrawnOrder[]): string {
  if (orders.length === 0) return "absorbed, no order differs";
  const most = Math.max(...orders.map(({ difference }) => difference.lateMilliseconds));
  return `absorbed, ${counted(orders.length, "order")} settled by at most ${spanOf(Math.max(0, most))} later`;
}

const hasConsequence = ({ difference: { changes } }: DrawnOrder) =>
  changes.some((each) => each !== "moments");

function heldParts(held: readonly DrawnOrder[]): string[] {
  const units = held.reduce((sum, { struck }) => sum + struck.units, 0);
  const money = held.reduce((sum, { struck }) => sum + struck.amount, 0);
  return held.length === 0 ? [] : [`${counted(units, "unit")} held`, `${moneyOf(money)} undecided`];
}

/** What did not only come later. */
function lossesOf(orders: readonly DrawnOrder[]): string {
  const changed = (name: DrawnOrder["difference"]["changes"][number]) =>
    orders.filter(({ difference }) => difference.changes.includes(name));
  const taken = orders.reduce((sum, { calm, struck }) => sum + struck.money - calm.money, 0);
  const said = [
    ...changed("end").map(
      ({ calm, number, struck }) =>
        `order ${number} ended ${endOf(struck.end)} instead of ${endOf(calm.end)}`,
    ),
    ...(taken !== 0 ? [`${moneyOf(Math.abs(taken))} ${taken < 0 ? "not taken" : "taken in addition"}`] : []),
    ...some(changed("mails").length, "order", "with other mails"),
    ...some(changed("deadline").length, "order", "decided on the other side of its deadline"),
  ];
  return said.length === 0 ? "nothing lost" : said.join(", ");
}

const some = (count: number, noun: string, rest: string) =>
  count > 0 ? [`${counted(count, noun)} ${rest}`] : [];

/** Settlement and reservation, as `captured and committed`. */
const endOf = (end: string) =>
  (end.split(" ")[0] ?? "").toLowerCase().replace("/", " and ").replaceAll("undefined", "nothing");

export function titleOf({ from, twins, until }: Cascade): string {
  const [fault] = twins.plan.faults;
  if (!fault) return "No fault";
  const place = [fault.at, fault.call].filter(Boolean).join(", ");
  const lasted = until - from >= 1000 ? ` for ${spanOf(until - from)}` : "";
  return `${faultKinds[fault.kind]} (${place})${lasted}`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export const moneyOf = (minor: number) => `${(minor / 100).toFixed(2)} ${CURRENCY}`;

/** Such as `740 ms`, `74 s`, `16 min` or `3.5 h`. */
export function spanOf(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 180) return `${Math.round(seconds)} s`;
  if (seconds < 3 * 3600) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
