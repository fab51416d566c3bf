// Mistakes in orders: in how one is accepted and shown, and in how unpublished events are published later.
import type { Mutant } from "./mutant.ts";

const rules = "orders/src/order.ts";
const status = "protocol/src/status.ts";
const routes = "orders/src/routes.ts";
const store = "orders/src/store/dynamodb.ts";
const sweeps = "orders/src/sweeps.ts";

export const orderMutants: readonly Mutant[] = [
  {
    name: "random-order-id",
    why: "Every request makes an order with an id of its own, whatever key it came with.",
    file: routes,
    find: "each.orderId(principal, key)",
    replace: "each.orderId(principal, key + now)",
  },
  {
    name: "principal-not-in-the-order-id",
    why: "The order id is a hash of the client's key alone, so two customers with one key share an order.",
    file: "orders/src/identity/hmac.ts",
    find: "hash(kind, principal, idempotencyKey)",
    replace: "hash(kind, idempotencyKey)",
    also: [
      {
        file: "orders/src/identity/hmac.ts",
        find: 'hash("customer", principal)',
        replace: 'hash("customer")',
      },
    ],
  },
  {
    name: "fingerprint-ignored",
    why: "A key that comes with another order is answered with the first order, as if it were accepted.",
    file: routes,
    find: "if (!fingerprints.includes(order.fingerprint)) {",
    replace: "if (order.fingerprint === undefined) {",
  },
  {
    name: "key-window",
    why: "A key is remembered until the order's deadline, and makes a new order after it.",
    file: store,
    find: ": await save(order);",
    replace:
      ': await (() => {\n          const now = new Date(Date.parse(order.placedAt) - 900_000).toISOString();\n          const window = { ConditionExpression: "attribute_not_exists(pk) OR listSk < :now", ExpressionAttributeValues: { ":now": now } };\n          const put = new PutCommand({ TableName, Item: toItem(order), ...window });\n          return writeIf(() => client.send(put));\n        })();',
  },
  {
    name: "price-from-the-client",
    why: "The customer's own total is what is charged, because the shop's page has computed it.",
    file: "orders/src/pricing.ts",
    find: 'if (request.expectedTotal !== undefined && request.expectedTotal !== total) {\n    return { refusal: { type: "price-changed", total } };\n  }',
    replace:
      "if (request.expectedTotal !== undefined) {\n    const [first, ...others] = lines;\n    if (first) return { lines: [{ ...first, unitPrice: first.unitPrice + Math.floor((request.expectedTotal - total) / first.quantity) }, ...others] };\n  }",
  },
  {
    name: "prices-kept-while-warm",
    why: "The catalogue is read once per execution environment, because it hardly ever changes.",
    file: store,
    find: "const items = await batchGet(table, [...new Set(skus)].map(productRecord.key));",
    replace:
      "const unknown = [...new Set(skus)].filter((sku) => !kept.has(sku));\n      for (const item of await batchGet(table, unknown.map(productRecord.key))) kept.set(String(item.sku), item);\n      const items = skus.flatMap((sku) => kept.get(sku) ?? []);",
    also: [
      {
        file: store,
        find: "const { client, tableName: TableName } = table;\n\n  async function load",
        replace:
          "const { client, tableName: TableName } = table;\n  const kept = new Map<string, Item>();\n\n  async function load",
      },
    ],
  },
  {
    name: "sale-outranks-release",
    why: "Stock that was sold is shown as sold, whatever became of it later.",
    file: status,
    find: '  StockCommitted: { stock: "COMMITTED" },\n  StockReleased: { stock: "RELEASED" },',
    replace: '  StockReleased: { stock: "RELEASED" },\n  StockCommitted: { stock: "COMMITTED" },',
  },
  {
    name: "capture-outranks-refund",
    why: "Money that was taken is shown as taken, whatever became of it later.",
    file: status,
    find: '  PaymentRefunded: { payment: "REFUNDED" },',
    replace: "",
    also: [
      {
        file: status,
        find: '  PaymentCaptured: { payment: "CAPTURED" },',
        replace: '  PaymentRefunded: { payment: "REFUNDED" },\n  PaymentCaptured: { payment: "CAPTURED" },',
      },
    ],
  },
  {
    name: "last-write-wins",
    why: "The order is put without the condition that no other writer was first.",
    file: store,
    find: "...overVersionBefore(next.version)",
    replace: "...(next.version === 1 && overVersionBefore(next.version))",
  },
  {
    name: "outcome-said-anew",
    why: "An outcome is made again by each hearing of the event that leads to it.",
    file: rules,
    find: "if (order.heard[event.type]) return order;",
    replace: "",
  },
  {
    name: "blind-write-without-condition",
    why: "What usually comes next is written, whatever the order has had already.",
    file: store,
    find: "...notAfter.map(",
    replace: "...[].map(",
  },
  {
    name: "orders-answers-a-duplicate-with-nothing",
    why: "A message that was heard before is acknowledged, though its first hearing may have died before it spoke.",
    file: "orders/src/reactions.ts",
    find: "return next === order ? { answer } : { write: next, answer };",
    replace: "return next === order ? { answer: [] } : { write: next, answer };",
  },
  {
    name: "mark-cleared-before-publishing",
    why: "The order is marked as looked at first, and its unconfirmed events are published then.",
    file: sweeps,
    find: "if (events.length > 0) await ports.publish(events);\n    await ports.store.save(afterFirstLook(order, now));",
    replace:
      "await ports.store.save(afterFirstLook(order, now));\n    if (events.length > 0) await ports.publish(events);",
  },
  {
    name: "mark-cleared-without-publishing",
    why: "The customer was answered that the order is taken, so it has surely been said.",
    file: sweeps,
    find: "if (events.length > 0) await ports.publish(events);\n    await",
    replace: "await",
  },
  {
    name: "cancel-recorded-before-its-order-is-said",
    why: "A cancellation is recorded at once; a service that answers it must have heard of the order.",
    file: routes,
    find: "await publishUnconfirmed(ports, order);\n        const next",
    replace: "const next",
  },
  {
    name: "any-news-shows-the-cancel-was-heard",
    why: "Another service has answered for the order, so all its root events are on the bus.",
    file: rules,
    find: "return OrderCancelled || heard.RefundFailed ?",
    replace: "return OrderCancelled || Object.keys(heard).length > 0 ?",
  },
  {
    name: "sweep-never-publishes",
    why: "The sweep leaves unpublished orders to the customer, who will surely try again.",
    file: sweeps,
    find: "if (!order.looked) {",
    replace: "if (!order.looked) return false;\n  if (!order.looked) {",
  },
  {
    name: "sweep-never-repeats",
    why: "What was published once is trusted to arrive, so an order whose message was lost is never asked about.",
    file: sweeps,
    find: "await ports.publish(rootEvents(order));",
    replace: "",
  },
  {
    name: "cancelled-order-counts-as-settled",
    why: "A captured order is at rest, whether or not its customer has cancelled it since.",
    file: status,
    find: 'return stock === "COMMITTED" && !cancelRequested;',
    replace: 'return stock === "COMMITTED";',
  },
  {
    name: "cancel-not-published",
    why: "The cancellation is written and answered, and left to the sweep that does not know it.",
    file: rules,
    find: "if (OrderCancelRequested) return OrderCancelled || heard.RefundFailed ? [] : [OrderCancelRequested];",
    replace: "if (OrderCancelRequested) return [];",
    also: [
      {
        file: rules,
        find: "return [order.events.OrderPlaced, order.events.OrderCancelRequested].filter(",
        replace: "return [order.events.OrderPlaced].filter(",
      },
    ],
  },
  {
    name: "root-events-repeated-every-minute",
    why: "An unsettled order is asked about in every run of the sweep.",
    file: rules,
    find: "return timeAt(Math.max(Date.parse(decideBy) + SETTLE_GRACE_MILLISECONDS, now + wait));",
    replace:
      "return timeAt(Math.max(Date.parse(decideBy) + SETTLE_GRACE_MILLISECONDS, now + Math.min(wait, 60_000)));",
  },
];
