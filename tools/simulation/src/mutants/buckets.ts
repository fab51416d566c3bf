// Mistakes with stock in buckets: given back elsewhere, moved twice or not at all, refused while it is there.
import type { Mutant } from "./mutant.ts";

const store = "inventory/src/store/dynamodb.ts";
const buckets = "inventory/src/store/buckets-dynamodb.ts";
const feeds = "inventory/src/store/feeds-dynamodb.ts";
const reactions = "inventory/src/reactions.ts";
const rules = "inventory/src/buckets.ts";
const routes = "inventory/src/routes.ts";

export const bucketMutants: readonly Mutant[] = [
  {
    name: "bucket-forgotten-at-release",
    why: "What is sold or given back is moved in the head, from whichever bucket it was taken.",
    file: store,
    find: "moveStock(TableName, bucketHeld(next, sku), quantity, movement),",
    replace: "moveStock(TableName, sku, quantity, movement),",
  },
  {
    name: "bucket-computed-anew",
    why: "A reservation does not name its bucket, because the order's id tells it.",
    file: store,
    find: "moveStock(TableName, bucketHeld(next, sku), quantity, movement),",
    replace:
      "moveStock(TableName, bucketHeld({ buckets: { [sku]: next.orderId.charCodeAt(9) % 2 } }, sku), quantity, movement),",
  },
  {
    name: "bucket-chosen-anew-takes-twice",
    why: "A delivery that comes again takes the units from the bucket that it chooses now, and keeps the first ones.",
    file: store,
    find: "        putReservation(TableName, reservation),\n",
    replace:
      "        reservation.buckets\n" +
      "          ? { Put: { TableName, Item: putReservation(TableName, reservation).Put.Item } }\n" +
      "          : putReservation(TableName, reservation),\n",
  },
  {
    name: "one-bucket-read",
    why: "The head is read alone before an order is refused; what lies in other buckets is not looked at.",
    file: buckets,
    find: "const others = await readOthers(table, heads);",
    replace: "const others: Item[] = [];",
  },
  {
    name: "given-not-counted",
    why: "A bucket that is filled from another one does not count it, because the SKU has no more than before.",
    file: buckets,
    find: "ADD available :q, restocked :q, given :one SET",
    replace: "ADD available :q, restocked :q, given :zero SET",
    also: [
      {
        file: store,
        find: 'const isGiven = to === "available";',
        replace: "const isGiven = to === undefined;",
      },
    ],
  },
  {
    name: "moved-without-looking",
    why: "Units leave a bucket without the condition that it has so many.",
    file: buckets,
    find: 'ConditionExpression: "available >= :least",',
    replace: 'ConditionExpression: "available >= :least OR available < :least",',
  },
  {
    name: "moved-and-kept",
    why: "Units come into a bucket, and the one they came from keeps them.",
    file: buckets,
    find: '":back": -each.quantity,',
    replace: '":back": 0 * each.quantity,',
  },
  {
    name: "restocked-not-moved",
    why: "Units leave a bucket, and what was put into it stays what it was.",
    file: buckets,
    find: '"ADD available :back, restocked :back"',
    replace: '"ADD available :back"',
  },
  {
    name: "level-over-the-head-only",
    why: "A feed's level is held against what the head has, as if there were no other bucket.",
    file: feeds,
    find: "stock: (skus) => readStock(table, skus),",
    replace:
      "stock: async (skus) =>\n" +
      "      new Map([...(await readStock(table, skus))].map(([sku, all]) => [sku, all.map((each, n) => (n === 0 ? each : { ...each, available: 0 }))])),",
    also: [
      {
        file: feeds,
        find: "return [{ Update: update }, ...checks.map((ConditionCheck) => ({ ConditionCheck }))];",
        replace: "return checks.length < 0 ? [] : [{ Update: update }];",
      },
    ],
  },
  {
    name: "refused-after-one-look",
    why: "All buckets have been read, so an order for more is refused at once.",
    file: reactions,
    find: "const second = await look(shelf, skusOf(seen.filter(isSpread)));",
    replace: "const second = first;",
  },
  {
    name: "given-not-compared",
    why: "All buckets are read twice, and the two reads are not held against each other.",
    file: rules,
    find: "return first.length === second.length && first.every(({ given }, n) => given === second[n]?.given);",
    replace: "return first.length === second.length;",
  },
  {
    name: "level-without-the-other-buckets",
    why: "A level is computed from all buckets, and written on the condition of the head alone.",
    file: feeds,
    find: "return [{ Update: update }, ...checks.map((ConditionCheck) => ({ ConditionCheck }))];",
    replace: "return checks.length < 0 ? [] : [{ Update: update }];",
  },
  {
    name: "correction-held-against-the-head",
    why: "Stock that is taken out is looked for in the head alone, and refused while other buckets have it.",
    file: routes,
    find: "const look = async () => (await store.stock([sku])).get(sku) ?? [];",
    replace:
      "const look = async () => ((await store.stock([sku])).get(sku) ?? []).slice(0, delta < 0 ? 1 : undefined);",
  },
];
