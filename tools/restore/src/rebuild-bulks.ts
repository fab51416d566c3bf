// Rebuilds bulks of orders in a restored table, after the orders that their rows became.
import { chunksOf } from "@order-saga/orders/bulk/bulk";
import type { BulkStore } from "@order-saga/orders/bulk/ports";
import { createIdentities } from "@order-saga/orders/identity/hmac";
import { createBulkStore } from "@order-saga/orders/store/bulks-dynamodb";
import { factsByBulk } from "./facts.ts";
import { type KnownBulk, type RebuiltBulk, rebuiltBulk } from "./rebuild/bulk.ts";
import { type Desk, notAlone, type OrdersOfBulks, type Rebuilding } from "./rebuilding.ts";

type Given = Pick<Rebuilding, "events" | "isDryRun" | "now" | "orderIdSecret">;

export async function rebuildBulks(given: Given, desk: Desk, ofBulks: OrdersOfBulks): Promise<void> {
  const { events, isDryRun = false, now, orderIdSecret } = given;
  const bulks = createBulkStore(desk.at("orders"));
  const identities = orderIdSecret === undefined ? [] : createIdentities(orderIdSecret);
  const archived = factsByBulk(events);
  const bulkIds = new Set([...archived.keys(), ...ofBulks.keys()]);
  desk.rebuilt.bulks = bulkIds.size;
  for (const bulkId of bulkIds) {
    const known = await load(bulks, bulkId);
    const facts = { ...archived.get(bulkId), ...known?.bulk.events };
    const orders = ofBulks.get(bulkId) ?? new Map();
    // A secret that is being rotated out made the ids of older bulks.
    const [[first, placed] = []] = orders;
    const { principal = "" } = placed?.OrderPlaced?.data.placedBy ?? {};
    const identity = identities.find(
      (each) => each.orderId(principal, `${bulkId}#${first}`) === placed?.OrderPlaced?.orderId,
    );
    const orderIdOf = (owner: string, row: number) => identity?.orderId(owner, `${bulkId}#${row}`);
    const rebuilt = rebuiltBulk({ bulkId, known, facts, orders, orderIdOf, now });
    if (typeof rebuilt === "string") desk.problem("orders", bulkId, rebuilt);
    else if (rebuilt) await write({ bulks, desk, isDryRun }, bulkId, rebuilt);

    // A result that is in the table alone was never said, so that no mail of it can have gone out.
    const { BulkPlaced } = facts;
    const mailed = { ...archived.get(bulkId), ...(BulkPlaced && { BulkPlaced }) };
    if (Object.keys(mailed).length > 0) await desk.rebuildMails(bulkId, mailed);
  }
}

async function load(bulks: BulkStore, bulkId: string): Promise<KnownBulk | undefined> {
  const bulk = await bulks.load(bulkId);
  if (!bulk) return undefined;
  const rows = await bulks.rows(bulk);
  const outcomes = await bulks.outcomes(
    bulkId,
    rows.map(({ row }) => row),
  );
  return { bulk, rows, outcomes };
}

type Writing = { bulks: BulkStore; desk: Desk; isDryRun: boolean };

/** The head's result comes last, so that a run that is cut short is taken up by the next one. */
async function write(
  { bulks, desk, isDryRun }: Writing,
  bulkId: string,
  rebuilt: RebuiltBulk,
): Promise<void> {
  const { completed, made, outcomes } = rebuilt;
  if (made && !isDryRun) {
    const { bulk, rows } = made;
    const first = await bulks.create(bulk, chunksOf(rows), []);
    if (first !== bulk) throw notAlone("orders", bulkId);
  }
  if (!isDryRun)
    for (const [row, outcome] of outcomes)
      if ((await bulks.settle(bulkId, row, outcome)) === "conflict") throw notAlone("orders", bulkId);
  await desk.write("bulks", bulkId, async () => (completed ? bulks.save(completed) : "written"));
}
