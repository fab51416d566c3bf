// A dry run uses the code on the disk: a mistake fails on the copy as it would on the laptop.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { newEvent } from "@order-saga/contracts";
import type { GivenFault } from "@order-saga/local/faults/fault";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { expect, onTestFinished, test } from "vitest";
import { dryRun } from "./dry-run.ts";

const ORDER = `ord_${"d".repeat(32)}`;
const placed = newEvent(
  "OrderPlaced",
  ORDER,
  { causationId: null, now: Date.now() },
  {
    lines: [{ sku: "TEA", name: "Tea", quantity: 2, unitPrice: 990 }],
    amount: 1980,
    currency: "EUR",
    paymentMethod: "pm_card_visa",
    contact: { email: "ada@example.com" },
    decideBy: new Date(Date.now() + 900_000).toISOString(),
  },
);
const body = JSON.stringify({ source: "shop.orders", "detail-type": placed.type, detail: placed });

function reactionOf(name: string) {
  const reaction = allReactions(services).find(({ manifest }) => manifest.name === name);
  return reaction ?? expect.unreachable(`there is no ${name}`);
}

function trial(given: { available?: number; code?: string; faults?: GivenFault[]; reaction?: string } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "dry-run-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "function.ts");
  if (given.code !== undefined) writeFileSync(file, given.code);
  const stock = { sku: "TEA", available: given.available ?? 10, reserved: 0, sold: 0, restocked: 10 };
  return dryRun({
    reaction: reactionOf(given.reaction ?? "reserve-stock"),
    messages: [{ messageId: "m", body }],
    items: [{ pk: "SKU#TEA", sk: "STOCK", ...stock }],
    payments: { intents: [], refunds: [], answers: [] },
    faults: given.faults ?? [],
    seed: 1,
    ...(given.code !== undefined && { fileOf: () => pathToFileURL(file).href }),
  });
}

test("enough stock is reserved, on the copy", async () => {
  expect(await trial()).toMatchObject([
    {
      verdict: "would settle",
      says: ["StockReserved"],
      changes: expect.arrayContaining(["stock of TEA: available 10 → 8", "stock of TEA: reserved 0 → 2"]),
    },
  ]);
});

test("too little is refused, which settles the message as well", async () => {
  expect(await trial({ available: 1 })).toMatchObject([{ verdict: "would settle", says: ["StockRejected"] }]);
});

test("a mistake in the code fails again, with its name", async () => {
  const code = `export const handler = async () => { throw new RangeError("a planted mistake"); };`;
  expect(await trial({ code })).toMatchObject([
    { verdict: "fails again", words: expect.stringContaining("a planted mistake"), changes: [] },
  ]);
});

test("code that does not load is said so", async () => {
  expect(await trial({ code: "export const handler = ;" })).toMatchObject([
    { verdict: "fails again", words: expect.stringMatching(/^The code of inventory does not load: /) },
  ]);
});

test("a provider that is down in the laptop is down for the copy, so the charge waits for the sweep", async () => {
  const faults: GivenFault[] = [{ kind: "provider", outcome: "down" }];
  const [run] = await trial({ reaction: "authorize-payment", faults });
  expect(run).toMatchObject({ verdict: "would settle", says: [] });
  expect(run?.changes).not.toContain("provider: the card is held");
});

test("a card is authorised with the copy's provider; a mail is written and not sent", async () => {
  const [paid] = await trial({ reaction: "authorize-payment" });
  expect(paid).toMatchObject({ verdict: "would settle", says: ["PaymentAuthorized"] });
  expect(paid?.changes).toContain("provider: the card is held");
  const [mailed] = await trial({ reaction: "notify-customer" });
  expect(mailed?.changes).toContain("mail: received");
  expect(JSON.stringify(mailed)).not.toContain("ada@");
});
