// Mistakes with a SKU's buckets: refused while there is enough, given back elsewhere, taken twice.
import type { Stock } from "@order-saga/inventory/buckets";
import type { InventoryStore } from "@order-saga/inventory/ports";
import { product } from "../product.ts";
import { type Hot, noFaults, type Scope, scopeNamed } from "../scopes.ts";
import type { Shop } from "../shop.ts";
import { type Mistake, withPorts } from "./mistake.ts";

/** An order for both units of a SKU of two buckets, and nothing but what is given. */
function hot({ faults, ...given }: { faults?: Partial<Scope["faults"]> } & Partial<Hot>): Scope {
  const bare = { buckets: [0, 2], quantities: [2], sightings: [], moves: 0, raises: 0, isSold: false };
  const orders = given.quantities?.length ?? 1;
  const scope = { ...scopeNamed("hot-sku"), orders, faults: { ...noFaults, ...faults } };
  const buckets = given.buckets ?? bare.buckets;
  return { ...scope, units: buckets.reduce((sum, each) => sum + each, 0), hot: { ...bare, ...given } };
}

/** The shop over a store of which something is wrong. */
const withStore = (wrong: (store: InventoryStore) => Partial<InventoryStore>): Shop =>
  withPorts((ports) => {
    const { store } = ports.inventory;
    return { ...ports, inventory: { ...ports.inventory, store: { ...store, ...wrong(store) } } };
  });

/** The shop whose process reads all buckets in another way. */
const reading = (otherwise: (stock: Stock, nth: number) => Stock): Shop =>
  withStore((store) => {
    let looks = 0;
    return {
      async stock(skus) {
        const nth = looks++;
        const found = await store.stock(skus);
        return new Map([...found].map(([sku, stock]) => [sku, otherwise(stock, nth)]));
      },
    };
  });

export const bucketMistakes: readonly Mistake[] = [
  {
    name: "an order is refused after one read of all buckets",
    shop: withStore((store) => {
      let first: ReadonlyMap<string, Stock> | undefined;
      return {
        async stock(skus) {
          const known = first;
          first = known ? undefined : await store.stock(skus);
          return known ?? first ?? new Map();
        },
      };
    }),
    scope: hot({ moves: 1 }),
    violates: "A17",
    depth: 6,
  },
  {
    name: "two reads are not held against each other",
    shop: reading((stock) => stock.map((each) => ({ ...each, given: 0 }))),
    scope: hot({ moves: 1 }),
    violates: "A17",
    depth: 8,
  },
  {
    name: "a bucket that has come to be between two reads is not looked at",
    shop: reading((stock) => stock.slice(0, 2)),
    scope: hot({ moves: 1, raises: 1 }),
    violates: "A17",
    depth: 10,
  },
  {
    name: "the head alone is read",
    shop: reading((stock) => stock.slice(0, 1)),
    scope: hot({}),
    violates: "A17",
    depth: 5,
  },
  {
    name: "what a process believes is enough to refuse an order",
    shop: withPorts((ports) => {
      const believed = [...ports.sightings.values()][0]?.available.map((available) => ({
        available,
        given: 0,
      }));
      const { store } = ports.inventory;
      const stock: InventoryStore["stock"] = async (skus) =>
        believed ? new Map([[product.sku, believed]]) : store.stock(skus);
      return { ...ports, inventory: { ...ports.inventory, store: { ...store, stock } } };
    }),
    scope: hot({ sightings: [[0, 0]] }),
    violates: "A17",
    depth: 2,
  },
  {
    name: "stock goes back into the head, from whichever bucket it was taken",
    shop: withStore((store) => ({
      save: ({ buckets: _, ...next }, movement) => store.save(next, movement),
    })),
    scope: hot({ buckets: [1, 1], quantities: [1, 1] }),
    violates: "A3",
    depth: 10,
  },
  {
    name: "a delivery that comes again takes from the bucket that it chooses now",
    shop: withStore((store) => ({
      async reserve(wanted) {
        const result = await store.reserve(wanted);
        const known = result === "exists" ? await store.load(wanted.orderId) : undefined;
        if (known?.state !== "RESERVED") return result;
        const next = { ...known, buckets: wanted.buckets, version: known.version + 1 };
        const taken = { from: "available", to: "reserved", lines: wanted.lines } as const;
        // No movement of the shipped code takes anew.
        await store.save(next as typeof known, taken as unknown as Parameters<typeof store.save>[1]);
        return result;
      },
    })),
    scope: hot({
      buckets: [1, 2],
      quantities: [1],
      sightings: [[0, 2]],
      faults: { acknowledgementsLost: true },
    }),
    violates: "A3",
    depth: 5,
  },
];
