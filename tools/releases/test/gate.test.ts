// The gate judges made changes of contracts as a careful reader would, and says what to do about each.
import { expect, test } from "vitest";
import { sentenceOf, type Verdict } from "../src/contracts/change.ts";
import { changesBetween, judge } from "../src/contracts/gate.ts";
import { contractsOfTree } from "../src/released.ts";
import { type Documents, type MadeChange, ofEvents, ofTheApi } from "./made-changes.ts";

const tree = contractsOfTree() as Documents;
const all = [...ofEvents, ...ofTheApi];
const ranks: readonly Verdict[] = ["harmless", "ordered", "breaking"];

function changesOf(made: MadeChange) {
  const [, , edit, base] = made;
  const before = structuredClone(tree);
  base?.(before);
  const after = structuredClone(before);
  edit(after);
  // The other document is the same, which costs time to find out.
  const other = ofEvents.includes(made) ? { openapi: { paths: {} } } : { asyncapi: nothing };
  return changesBetween({ ...before, ...other }, { ...after, ...other });
}

const nothing = { operations: {}, components: { schemas: {}, messages: {} } };

test("there are sixty of them and more, half of them harmless", () => {
  expect(all.length).toBeGreaterThanOrEqual(60);
  const harmless = all.filter(([, verdict]) => verdict === "harmless").length;
  expect(Math.abs(2 * harmless - all.length)).toBeLessThan(all.length / 4);
});

test.each(all.map((made) => [made[0], made] as const))("%s", (_, made) => {
  const changes = changesOf(made);
  const worst = ranks.findLast((rank) => changes.some(({ verdict }) => verdict === rank)) ?? "harmless";
  expect(worst, changes.map(sentenceOf).join("\n")).toBe(made[1]);
});

test("a contract compared with itself has no change", () => {
  expect(changesBetween(tree, structuredClone(tree))).toEqual([]);
});

const named = (name: string) => {
  const made = all.find(([each]) => each === name);
  if (!made) throw new Error(`There is no made change ${name}.`);
  return judge(changesOf(made), [], "1.0.0");
};

test("a renamed field is refused with its place, who is hurt, and what to do", () => {
  const [refusal] = named("a required field is renamed").refused;
  expect(refusal).toContain(
    "breaking: OrderConfirmed /data/amount: is gone, which readers need, and `total` is new",
  );
  expect(refusal).toContain("reaction notify-customer of notification");
  expect(refusal).toContain("track-order of orders, which says it");
  expect(refusal).toContain("put the field back, and say a new one beside it as an optional field");
});

test("a change of the API names the function that serves it", () => {
  const [refusal] = named("a request's optional field is required").refused;
  expect(refusal).toContain("POST /orders, request /expectedTotal: was optional, and is required");
  expect(refusal).toContain("Hurt: place-order of orders.");
});

test("a change that needs an order passes when its order is written down", () => {
  const made = all.find(([name]) => name === "an enum has a value more");
  const changes = made ? changesOf(made) : [];
  const ofEvent = changes.filter(({ verdict }) => verdict === "ordered");
  expect(judge(changes, [], "1.0.0").refused.join()).toContain("deploy the reactions that accept it, then");
  const agreed = ofEvent.map((change) => ({ change: sentenceOf(change), deployed: "reactions first" }));
  expect(judge(changes, agreed, "1.0.0").refused).toEqual([]);
});

test("what breaks is refused whatever is written down, and so is an order of nothing", () => {
  const made = all.find(([name]) => name === "a required field is renamed");
  const changes = made ? changesOf(made) : [];
  const agreed = changes.map((change) => ({ change: sentenceOf(change), deployed: "anyhow" }));
  expect(judge(changes, agreed, "1.0.0").refused).not.toEqual([]);
  expect(judge([], [{ change: "OrderPlaced: is odd", deployed: "never" }], "1.0.0").refused).toEqual([
    "tools/releases/accepted.json names what has not changed: OrderPlaced: is odd",
  ]);
});
