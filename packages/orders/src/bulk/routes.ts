// The routes of bulk orders: placed once per idempotency key, and seen with every row by their customer.
import {
  BulkId,
  type BulkItem,
  type BulkView,
  isCharged,
  type PlaceBulkRequest,
} from "@order-saga/contracts";
import {
  type AuthenticatedRequest,
  type HttpAnswer,
  idempotencyKeyOf,
  problem,
} from "@order-saga/messaging/http";
import { contactText } from "@order-saga/messaging/personal-data/contact";
import { type Open, textsOf } from "@order-saga/messaging/personal-data/personal-data";
import { isAnyThere, recipientOf } from "../acceptance.ts";
import { type Order, statusOf } from "../order.ts";
import { refuseBeyondQuota } from "../order-quota.ts";
import { cursorAfter, pageOf, placeOfRow } from "../paging.ts";
import type { OrderStore } from "../ports.ts";
import { refused } from "../refused.ts";
import {
  type Bulk,
  chunksOf,
  isCompleted,
  type Outcome,
  partsOf,
  placeBulk,
  type Row,
  sumOf,
} from "./bulk.ts";
import type { BulkStore, PlaceBulkPorts } from "./ports.ts";

export function placeBulkHandler(ports: PlaceBulkPorts) {
  return async (request: AuthenticatedRequest<PlaceBulkRequest>): Promise<HttpAnswer> => {
    const { body, now, principal, verifiedEmail } = request;
    const key = idempotencyKeyOf(request);
    if (!isCharged(body.currency)) throw refused({ type: "currency-not-supported" });
    const ids = ports.identities.map((each) => each.bulkId(principal, key));
    request.about(ids[0] ?? "");
    const fingerprints = ports.identities.map((each) => each.fingerprint(body));
    const { bulks, quota } = ports;
    const isKnown = () => isAnyThere(bulks.load, ids);
    await refuseBeyondQuota(quota, request, { id: ids[0] ?? "", count: body.orders.length, isKnown });
    const bulk = await createOnce(ports, { body, ids, fingerprints, principal, verifiedEmail, now });
    request.about(bulk.bulkId);
    if (!fingerprints.includes(bulk.fingerprint))
      throw problem(422, "idempotency-key-reused", "This Idempotency-Key came with another bulk before.");
    if (!bulk.isSplit) await ports.publish([bulk.events.BulkPlaced]);
    const { bulkId, events } = bulk;
    const { count } = events.BulkPlaced.data;
    return { status: 202, headers: { location: `/bulk-orders/${bulkId}` }, body: { bulkId, count } };
  };
}

type Creating = {
  body: PlaceBulkRequest;
  ids: readonly string[];
  fingerprints: readonly string[];
  principal: string;
  verifiedEmail: string | undefined;
  now: number;
};

async function createOnce(ports: PlaceBulkPorts, given: Creating): Promise<Bulk> {
  const { bulks, identities, personalData } = ports;
  const { body, fingerprints, ids, now, principal, verifiedEmail } = given;
  const [identity] = identities;
  const [bulkId = "", ...otherIds] = ids;
  const [fingerprint = ""] = fingerprints;
  const { contact, currency } = body;
  const named = body.orders.flatMap(({ reference }, row) =>
    reference === undefined ? [] : [{ reference, row }],
  );
  const texts = [contactText(contact), ...named.map(({ reference }) => reference)];
  const [personal = "", ...sealed] = await personalData.sealAll(principal, bulkId, texts);
  const references = new Map(named.map(({ row }, index) => [row, sealed[index]]));
  // The row's key has a character that no customer's key has.
  const rows = body.orders.map(({ reference: _, ...order }, row): Row => {
    const sealedReference = references.get(row);
    const orderId = identity.orderId(principal, `${bulkId}#${row}`);
    return { ...order, row, orderId, ...(sealedReference !== undefined && { sealedReference }) };
  });
  const recipient = recipientOf(personal, contact, verifiedEmail);
  const chunks = chunksOf(rows);
  const placement = { bulkId, principal, fingerprint, recipient, currency, count: rows.length, now };
  return bulks.create(placeBulk({ ...placement, chunks: chunks.length }), chunks, otherIds);
}

type ReadPorts = { personalData: Open; bulks: BulkStore; store: Pick<OrderStore, "loadAll"> };

export function getBulkHandler({ bulks, personalData, store }: ReadPorts) {
  return async ({ path, principal, query }: AuthenticatedRequest<undefined>): Promise<HttpAnswer> => {
    const id = BulkId.safeParse(path.bulkId);
    const bulk = id.success ? await bulks.load(id.data) : undefined;
    // Another customer's bulk is answered like one that is not there.
    if (bulk?.principal !== principal) throw problem(404, "unknown-bulk", "There is no such bulk of orders.");
    const { cursor, limit } = pageOf(query);
    const from = cursor === undefined ? 0 : placeOfRow(cursor) + 1;
    const page = (await bulks.rows(bulk)).slice(from, from + limit);
    const rows = await withReferences(personalData, bulk.bulkId, page);
    const outcomes = await bulks.outcomes(
      bulk.bulkId,
      rows.map(({ row }) => row),
    );
    const running = rows.filter(({ row }) => !outcomes.has(row)).map(({ orderId }) => orderId);
    const orders = await store.loadAll(running);
    const tallies = await bulks.tallies(bulk.bulkId, partsOf(bulk));
    const { count, currency } = bulk.events.BulkPlaced.data;
    const last = rows.at(-1)?.row ?? count;
    const body: BulkView = {
      bulkId: bulk.bulkId,
      status: isCompleted(bulk) ? "COMPLETED" : "RUNNING",
      count,
      ...sumOf([...tallies.values()]),
      currency,
      items: rows.map((row) => itemOf(row, outcomes.get(row.row), orders.get(row.orderId))),
      ...(last < count - 1 && { next: cursorAfter(String(last)) }),
    };
    return { status: 200, headers: { "cache-control": "private, no-cache" }, body };
  };
}

/** A forgotten customer's rows have no names any more. */
async function withReferences(personalData: Open, bulkId: string, rows: readonly Row[]): Promise<Row[]> {
  const sealed = rows.flatMap(({ sealedReference }) => sealedReference ?? []);
  const texts = await textsOf(personalData, sealed, bulkId);
  return rows.map((row) => {
    const reference = row.reference ?? texts.get(row.sealedReference);
    return { ...row, ...(reference !== undefined && { reference }) };
  });
}

const statuses = { confirmed: "CONFIRMED", rejected: "REJECTED", cancelled: "CANCELLED" } as const;

function itemOf(
  { orderId, reference, row }: Row,
  outcome: Outcome | undefined,
  order: Order | undefined,
): BulkItem {
  const item = { row, ...(reference !== undefined && { reference }), orderId };
  if (!outcome) return { ...item, status: order ? statusOf(order) : "WAITING" };
  const reason = outcome.state === "confirmed" ? {} : { reason: outcome.reason };
  return { ...item, status: statuses[outcome.state], ...reason };
}
