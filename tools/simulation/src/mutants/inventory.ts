// Mistakes in inventory: in whom it gives stock back for, and in how its counters are written.
import type { Mutant } from "./mutant.ts";

const rules = "inventory/src/reservation.ts";
const reactions = "inventory/src/reactions.ts";
const store = "inventory/src/store/dynamodb.ts";
const sweeps = "inventory/src/sweeps.ts";

export const inventoryMutants: readonly Mutant[] = [
  {
    name: "inventory-releases-on-cancel",
    why: "Inventory hears the cancellation itself and gives the stock back at once, as payment surely will agree.",
    file: "inventory/src/service.ts",
    find: 'hears: ["PaymentDeclined", "PaymentAborted", "PaymentRefunded", "RefundMade"]',
    replace:
      'hears: ["PaymentDeclined", "PaymentAborted", "PaymentRefunded", "RefundMade", "OrderCancelRequested"]',
  },
  {
    name: "inventory-releases-on-expiry",
    why: "A reservation that has expired is released by inventory itself, on the clock's word.",
    file: rules,
    find: "return { ...known, version: known.version + 1, events: { ...known.events, ReservationExpired: expired } };",
    replace:
      'return changed(known, { state: "RELEASED", outcome: "aborted", events: { ...known.events, ReservationExpired: expired } });',
    also: [
      {
        file: sweeps,
        find: '(await store.save(expired)) !== "written"',
        replace:
          '(await store.save(expired, { from: "reserved", to: "available", lines: expired.lines })) !== "written"',
      },
      { file: sweeps, find: "await store.save(signalled(expired, now));", replace: "" },
    ],
  },
  {
    name: "conflict-taken-as-shortage",
    why: "Any cancelled transaction means that there is not enough stock.",
    file: reactions,
    find: 'const rejected = result === "short" ?',
    replace: 'const rejected = result === "short" || result === "conflict" ?',
    also: [
      {
        file: reactions,
        find: "if (shortages.length === 0) return undefined; // Stock was given back in the meantime.",
        replace:
          "if (shortages.length === 0) shortages.push(...lines.map(({ sku, quantity }) => ({ sku, requested: quantity, available: 0 })));",
      },
    ],
  },
  {
    name: "unprocessed-keys-taken-as-no-stock",
    why: "What a batch read leaves unprocessed is not asked for again.",
    file: "messaging/src/dynamodb.ts",
    find: "left = (answer.UnprocessedKeys?.[tableName]?.Keys ?? []) as Key[];",
    replace: "left = [];",
    also: [
      {
        file: reactions,
        find: 'if (result === "written") return answersTo(event.type, recorded(wanted));',
        replace:
          'if (result === "written") return answersTo(event.type, recorded(wanted));\n' +
          '      if (result === "conflict") await rejectIfShort(shelf, event, wanted, now);',
      },
    ],
  },
  {
    name: "reserved-without-looking",
    why: "The counters are moved without the condition that there is enough.",
    file: store,
    find: 'ConditionExpression: "available >= :q",',
    replace: 'ConditionExpression: "attribute_exists(pk)",',
  },
  {
    name: "claimed-before-processed",
    why: "The reservation is put first, as a marker against duplicates, and the counters are moved after it.",
    file: store,
    find: "const codes = await transact(table, [\n        putReservation(TableName, reservation),\n        ...reservation.lines",
    replace:
      'if ((await this.save(reservation)) !== "written") return "exists";\n      const codes = await transact(table, [\n        ...reservation.lines',
  },
  {
    name: "counters-read-then-written",
    why: "The counters are computed from what was read and put back, as if there were no other writer.",
    file: store,
    find: 'UpdateExpression: "SET available = available - :q, reserved = reserved + :q",\n            ConditionExpression: "available >= :q",\n            ExpressionAttributeValues: { ":q": quantity },',
    replace:
      'UpdateExpression: "SET available = :a, reserved = :r",\n            ConditionExpression: "attribute_exists(pk)",\n            ExpressionAttributeValues: { ":a": (levels.get(sku)?.available ?? 0) - quantity, ":r": (levels.get(sku)?.reserved ?? 0) + quantity },',
    also: [
      {
        file: store,
        find: "import {\n  type Item,",
        replace: "import {\n  batchGet,\n  type Item,",
      },
      {
        file: store,
        find: "async reserve(reservation) {",
        replace:
          'async reserve(reservation) {\n      const levels = new Map((await batchGet(table, reservation.lines.map(({ sku }) => stockRecord.key(sku)))).map((each) => [each.sku, each]));\n      if (reservation.lines.some(({ sku, quantity }) => (levels.get(sku)?.available ?? 0) < quantity)) return "short";',
      },
    ],
  },
  {
    name: "equal-skus-not-merged",
    why: "An order with the same SKU on two lines is reserved line by line.",
    file: rules,
    find: "const lines = mergeLines(event.data.lines);",
    replace: "const lines = event.data.lines.map(({ sku, quantity }) => ({ sku, quantity }));",
  },
  {
    name: "tombstone-ignored-by-inventory",
    why: "A void for an order that is not there yet is acknowledged as having nothing to do.",
    file: rules,
    find: "if (!known) {\n    // It came before",
    replace: "if (!known) return undefined;\n  if (!known) {\n    // It came before",
  },
  {
    name: "failed-capture-keeps-the-stock",
    why: "Only a card that was declined at the authorisation frees the stock.",
    file: rules,
    find: 'case "RESERVED":\n      return released(known, event, now, reason, "aborted", "reserved");',
    replace:
      'case "RESERVED":\n      if (event.type === "PaymentDeclined" && event.data.stage === "capture") return undefined;\n      return released(known, event, now, reason, "aborted", "reserved");',
  },
  {
    name: "stock-restored-twice",
    why: "A void that is heard again gives the stock back again.",
    file: rules,
    find: "if (known.events.StockReleased?.data.reason === reason) return undefined;",
    replace:
      'if (known.events.StockReleased?.data.reason === reason) return released(known, event, now, reason, "aborted", "reserved");',
  },
  {
    name: "refund-must-not-overtake",
    why: "A capture that comes after its refund is thought impossible.",
    file: rules,
    find: '// The refund overtook the capture: the stock is back already.\n      if (known.outcome === "refunded") return undefined;',
    replace: "",
  },
  {
    name: "sold-stock-kept-on-refund",
    why: "A refund gives back what is reserved, and what was sold already stays sold.",
    file: rules,
    find: 'return released(known, event, now, "refunded", "refunded", "sold");',
    replace: 'return released(known, event, now, "refunded", "refunded", "reserved");',
  },
  {
    name: "inventory-answers-a-duplicate-with-nothing",
    why: "A message that was heard before is acknowledged, though its first hearing may have died before it spoke.",
    file: reactions,
    find: "if (!step) return { answer: known ? answersTo(event.type, recorded(known)) : [] };",
    replace: "if (!step) return { answer: [] };",
    also: [
      {
        file: reactions,
        find: "if (known) return answersTo(event.type, recorded(known));",
        replace: "if (known) return [];",
      },
      {
        file: reactions,
        find: "return known ? answersTo(event.type, recorded(known)) : [];",
        replace: "return [];",
      },
    ],
  },
  {
    name: "stock-taken-past-the-deadline",
    why: "Stock is taken for every order that comes, and payment's abort will give it back.",
    file: reactions,
    find: "if (now >= Date.parse(event.data.decideBy)) return saidBefore(store, event);",
    replace: "",
  },
  {
    name: "event-built-anew-for-a-duplicate",
    why: "An order that has its reservation already is answered with an event made now, not with the recorded one.",
    file: reactions,
    find: "if (known) return answersTo(event.type, recorded(known));",
    replace: "if (known) return answersTo(event.type, recorded(wanted));",
  },
  {
    name: "reservation-without-version-check",
    why: "The reservation is put without the condition that no other writer was first.",
    file: store,
    find: "...overVersionBefore(version)",
    replace: "...(version === 1 && overVersionBefore(version))",
  },
  {
    name: "reservation-expires-from-the-table",
    why: "A reservation's record has a time to live, so that an order may be reserved once more after it.",
    file: store,
    find: "...overVersionBefore(version)",
    replace:
      '...(version > 1 ? overVersionBefore(version) : { ConditionExpression: "attribute_not_exists(pk) OR reservedUntil < :now", ExpressionAttributeValues: { ":now": reservation.events.StockReserved?.occurredAt ?? "" } })',
  },
  {
    name: "expiry-said-anew",
    why: "Each time that payment is told of an expiry, the event is made again, under the same id.",
    file: rules,
    find: "known.events.ReservationExpired ??\n    newEvent(",
    replace: "newEvent(",
  },
  {
    name: "causes-not-recorded",
    why: "A reservation's events do not say what they answer.",
    file: rules,
    find: 'const committed = newEvent("StockCommitted", known.orderId, causedBy(event, now), { lines });',
    replace:
      'const committed = newEvent("StockCommitted", known.orderId, { causationId: null, now }, { lines });',
  },
];
