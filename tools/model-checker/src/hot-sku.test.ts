// A hot SKU's buckets, in scopes of some seconds: only a true shortage refuses an order.
import { expect, test } from "vitest";
import { describePath } from "./describe-path.ts";
import { createModel } from "./model.ts";
import { scopeNamed } from "./scopes.ts";
import { search } from "./search.ts";

test("of two orders for two of three units, in two buckets, each end comes about, and none in error", async () => {
  const scope = scopeNamed("hot-sku");
  const model = createModel(scope);
  const { ends, finding, isComplete } = await search(model);
  expect(finding && describePath(finding, model.interner)).toBeUndefined();
  expect(isComplete).toBe(true);
  expect([...ends.keys()].sort()).toEqual(["COMMITTED", "REJECTED", "RELEASED", "RESERVED", "never placed"]);
});

test("of two orders that there is enough for none is refused, whatever their processes believe", async () => {
  const scope = scopeNamed("hot-sku-believed");
  const hot = { ...scope.hot, buckets: [1, 2], quantities: [2, 1], moves: 0 };
  const model = createModel({
    ...scope,
    hot: {
      ...hot,
      sightings: [
        [0, 0],
        [3, 0],
      ],
      raises: 0,
      isSold: false,
    },
  });
  const { ends, finding } = await search(model);
  expect(finding && describePath(finding, model.interner)).toBeUndefined();
  expect([...ends.keys()].sort()).toEqual(["RELEASED", "RESERVED", "never placed"]);
});
