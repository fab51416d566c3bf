// The import of a stock feed step by step: what it asks the store, what overtakes it, and where it goes on.
import { createHash } from "node:crypto";
import { testNow } from "@order-saga/messaging/testing";
import { describe, expect, test } from "vitest";
import { type Feed, waitingFeed } from "./feed.ts";
import { uploadIdOf } from "./import.ts";
import { anUploadOf, aWorld, feedId } from "./testing.ts";

const csv = "sku,delta\nTEA,7\n";
const ownId = (upload = anUploadOf(csv)) => `feed_${uploadIdOf(upload)}`;

/** A world with tea and a file, that notes what its store is asked for. */
function aShop(content = csv, more: Parameters<typeof aWorld>[0] = {}) {
  const world = aWorld(more);
  world.store.free.set("TEA", 3);
  world.files.put("version-1", content);
  const asked: string[] = [];
  const stockOf: string[][] = [];
  const { feeds } = world;
  const noted =
    <A extends unknown[], R>(name: string, ask: (...given: A) => R) =>
    (...given: A): R => {
      asked.push(name);
      return ask(...given);
    };
  for (const name of ["load", "claim", "save", "hashed", "move", "apply"] as const)
    Object.assign(feeds, { [name]: noted(name, feeds[name] as () => unknown) });
  const { stock } = feeds;
  feeds.stock = (skus) => {
    asked.push("stock");
    stockOf.push([...skus]);
    return stock(skus);
  };
  return { ...world, asked, stockOf, tea: () => world.store.free.get("TEA") };
}

type Shop = ReturnType<typeof aShop>;

/** Answers the first requests of this kind with these; the others go on to the store. */
function first<K extends "claim" | "save" | "apply" | "move">(
  { feeds }: Shop,
  name: K,
  ...answers: Awaited<ReturnType<Shop["feeds"][K]>>[]
) {
  const ask = feeds[name] as (...given: unknown[]) => Promise<unknown>;
  Object.assign(feeds, { [name]: async (...given: unknown[]) => answers.shift() ?? ask(...given) });
}

/** Before the first request of this kind another delivery comes in between. */
function beforeFirst({ feeds }: Shop, name: "save" | "apply", inBetween: () => Promise<unknown>): void {
  const ask = feeds[name] as (...given: unknown[]) => Promise<unknown>;
  let isFirst = true;
  Object.assign(feeds, {
    [name]: async (...given: unknown[]) => {
      if (isFirst) {
        isFirst = false;
        await inBetween();
      }
      return ask(...given);
    },
  });
}

test("a file of one batch is imported without a needless request", async () => {
  const { asked, deliver, pauses, stockOf, tea } = aShop();
  await deliver(anUploadOf(csv, { key: "feeds/nightly.csv" }));
  expect(asked).toEqual(["load", "claim", "stock", "hashed", "save", "stock", "apply", "save"]);
  expect(stockOf).toEqual([["TEA"], ["TEA"]]);
  expect(pauses).toEqual([]);
  expect(tea()).toBe(10);
});

test("an upload has a name of its own, whatever parts its bucket and key are cut into", () => {
  const one = uploadIdOf({ bucket: "feeds", key: "a/b", versionId: "1" });
  expect(one).toMatch(/^[0-9a-f]{32}$/);
  expect(uploadIdOf({ bucket: "feedsa", key: "/b", versionId: "1" })).not.toBe(one);
  expect(uploadIdOf({ bucket: "feeds", key: "a/b", versionId: "2" })).not.toBe(one);
});

describe("whose a file is", () => {
  test.each(["feeds/nightly.csv", "feeds/nightly.txt", `feeds/${feedId}.csv.bak`, `feeds/${feedId}`])(
    "%s is of no form, so it has a feed of its own",
    async (key) => {
      const { deliver, store, tea, view } = aShop();
      await store.create(waitingFeed(feedId));
      const upload = anUploadOf(csv, { key });
      expect(await deliver(upload)).toMatchObject([{ type: "StockFeedImported", feedId: ownId(upload) }]);
      expect(await view()).toMatchObject({ status: "WAITING" });
      expect(tea()).toBe(10);
    },
  );

  test("a claim that is lost is tried again, and only a conflict waits", async () => {
    const shop = aShop();
    first(shop, "claim", "conflict", "lost", "conflict");
    expect(await shop.deliver(anUploadOf(csv))).toMatchObject([{ type: "StockFeedImported" }]);
    expect(shop.pauses).toEqual([1, 3]);
  });

  test("a claim that others always win fails, so that the message comes again", async () => {
    const shop = aShop();
    shop.feeds.claim = async () => "conflict";
    await expect(shop.deliver(anUploadOf(csv))).rejects.toHaveProperty(
      "message",
      "The feed's file is claimed by others.",
    );
    expect(shop.pauses).toHaveLength(20);
  });
});

describe("the second file of a form", () => {
  const second = anUploadOf(csv, { versionId: "version-2" });

  /** A form whose file is imported; of its second file nothing was heard. */
  async function aUsedForm() {
    const shop = aShop();
    await shop.store.create(waitingFeed(feedId));
    await shop.deliver(anUploadOf(csv));
    shop.asked.splice(0);
    return shop;
  }

  test("is refused with one write", async () => {
    const { asked, deliver } = await aUsedForm();
    expect(await deliver(second)).toMatchObject([
      { type: "StockFeedRefused", data: { reason: "form-used" } },
    ]);
    expect(asked).toEqual(["load", "load", "save"]);
  });

  test("is refused once: a delivery that comes second says what the first has written", async () => {
    const shop = await aUsedForm();
    let said: unknown;
    beforeFirst(shop, "save", async () => {
      said = await shop.deliver(second);
    });
    expect(await shop.deliver(second, undefined, testNow + 7000)).toEqual(said);
  });
});

describe("a file that is read whole first", () => {
  test("is no feed if its first line is no header, whatever comes after it", async () => {
    const content = "name,price\nsku,delta\nTEA,7\n";
    const { deliver, tea } = aShop(content);
    expect(await deliver(anUploadOf(content))).toMatchObject([{ data: { reason: "not-a-feed" } }]);
    expect(tea()).toBe(3);
  });

  test("is asked about a hundred SKUs at once, each SKU once", async () => {
    const skus = Array.from({ length: 250 }, (_, n) => `SKU-${n}`);
    const content = `sku,delta\n${[...skus, ...skus].map((sku) => `${sku},7\n`).join("")}`;
    const { deliver, stockOf, view } = aShop(content);
    await deliver(anUploadOf(content));
    expect(stockOf).toEqual([skus.slice(0, 100), skus.slice(100, 200), skus.slice(200)]);
    expect(await view(ownId(anUploadOf(content)))).toMatchObject({
      status: "REFUSED",
      reason: "too-many-errors",
      rows: 500,
      applied: 0,
      refused: 500,
    });
  });

  test("is at most so bad: half of the rows may be, and no more", async () => {
    for (const [content, type] of [
      ["sku,delta\nTEA,7\nTEA,x\n", "StockFeedImported"],
      ["sku,delta\nTEA,7\nTEA,x\nTEA,y\n", "StockFeedRefused"],
    ] as const)
      expect(await aShop(content).deliver(anUploadOf(content))).toMatchObject([{ type }]);
  });

  test("is at most 50 MB", async () => {
    const { deliver } = aShop();
    const upload = anUploadOf(csv, { versionId: "version-0", bytes: 50_000_000 });
    // It is looked for, and is not there.
    expect(await deliver(upload)).toMatchObject([{ data: { reason: "unreadable" } }]);
  });
});

describe("a write that another delivery was first with", () => {
  test("is followed by what that one has written, and says its words", async () => {
    for (const name of ["save", "apply"] as const) {
      const shop = aShop();
      let said: unknown;
      beforeFirst(shop, name, async () => {
        said = await shop.deliver(anUploadOf(csv));
      });
      expect(await shop.deliver(anUploadOf(csv), undefined, testNow + 7000)).toEqual(said);
      expect(shop.tea()).toBe(10);
    }
  });

  test("is followed although that one has refused the file", async () => {
    const content = "sku,delta\nTEA,x\n";
    const shop = aShop(content);
    let said: unknown;
    beforeFirst(shop, "save", async () => {
      said = await shop.deliver(anUploadOf(content));
    });
    expect(await shop.deliver(anUploadOf(content), undefined, testNow + 7000)).toEqual(said);
  });

  test("refuses nothing: its rows are written", async () => {
    const shop = aShop();
    const saved: Feed["state"][] = [];
    const { save } = shop.feeds;
    shop.feeds.save = async (feed) => {
      saved.push(feed.state);
      return save(feed);
    };
    beforeFirst(shop, "apply", () => shop.deliver(anUploadOf(csv)));
    await shop.deliver(anUploadOf(csv));
    expect(saved).toEqual(["IMPORTING", "IMPORTED"]);
  });

  test.each<[string, Partial<Feed> | undefined]>([
    ["has not come further", { state: "IMPORTING" }],
    ["is not there", undefined],
  ])("fails if the record %s, so that the message comes again", async (_, other) => {
    const shop = aShop();
    shop.feeds.save = async () => {
      shop.feeds.load = async () => other && { ...waitingFeed(ownId()), ...other };
      return "conflict";
    };
    await expect(shop.deliver(anUploadOf(csv))).rejects.toThrow(`The feed ${ownId()} is contended.`);
  });
});

describe("the rows", () => {
  test("of ninety SKUs go into a batch, and more rows of these with them", async () => {
    const skus = Array.from({ length: 91 }, (_, n) => `SKU-${n}`);
    const rows = [...skus.slice(0, 90).map((sku) => `${sku},3`), "BAD,x", "SKU-7,3", "SKU-90,3"];
    const content = `sku,delta\n${rows.join("\n")}`;
    const { deliver, store } = aShop(content);
    for (const sku of skus) store.free.set(sku, 0);
    await deliver(anUploadOf(content));
    expect(store.batches.map(({ applied, changes }) => [applied, changes.length])).toEqual([
      [91, 90],
      [1, 1],
    ]);
    expect([store.free.get("SKU-7"), store.free.get("SKU-90")]).toEqual([6, 3]);
    expect(await store.load(ownId(anUploadOf(content)))).toMatchObject({ batches: 2, errorItems: 1 });
  });

  test("that are none ask for no stock", async () => {
    const content = "sku,delta\nTEA,x\nTEA,7\n";
    const { deliver, stockOf } = aShop(content);
    await deliver(anUploadOf(content));
    expect(stockOf).toEqual([["TEA"], ["TEA"]]);
  });

  test("of a batch without any ask for nothing", async () => {
    const content = "sku,delta\nTEA,x\n";
    const { deliver, stockOf, view } = aShop(content, { maximumBadPercent: 100 });
    await deliver(anUploadOf(content));
    expect(stockOf).toEqual([]);
    expect(await view(ownId(anUploadOf(content)))).toMatchObject({ status: "IMPORTED", refused: 1 });
  });

  test("that need what other buckets have are written over the stock as it is then", async () => {
    const content = "sku,level\nTEA,2\n";
    const shop = aShop(content);
    shop.store.buckets.set("TEA", 2);
    shop.store.free.set("TEA#1", 9);
    await shop.deliver(anUploadOf(content));
    expect(shop.asked.filter((each) => each === "move" || each === "apply")).toEqual(["move", "apply"]);
  });

  test("have the lines of the whole file, whichever piece they are in", async () => {
    const rows = Array.from({ length: 2200 }, () => `TEA,1${" ".repeat(1000)}`);
    const content = ["sku,delta", ...rows, "TEA,x", "TEA,1"].join("\n");
    const { deliver, tea, view } = aShop(content);
    await deliver(anUploadOf(content));
    expect(await view(ownId(anUploadOf(content)))).toMatchObject({
      sha256: createHash("sha256").update(content).digest("hex"),
      applied: 2201,
      errors: [{ line: 2202, sku: "TEA", reason: "not_an_integer" }],
    });
    expect(tea()).toBe(2204);
  });
});

describe("what one invocation does not come to", () => {
  const rows = Array.from({ length: 900 }, (_, n) => (n === 700 ? "TEA,x" : "TEA,1"));
  const content = ["sku,delta", ...rows].join("\n");
  const upload = anUploadOf(content);
  /** Time for one batch. */
  const shortly = () => {
    let asked = 0;
    return () => (++asked > 1 ? 14_999 : 60_000);
  };

  test("is asked for with the same message, and the log says of which feed and why", async () => {
    const { deliver, lines, sent, tea } = aShop(content);
    expect(await deliver(upload, shortly())).toEqual([]);
    expect(sent).toEqual([upload]);
    expect(lines).toEqual([["info", expect.any(String), { feedId: ownId(upload), status: "time" }]]);
    expect(tea()).toBe(503);
  });

  test("has the lines of the whole file", async () => {
    const { deliver, tea, view } = aShop(content);
    await deliver(upload, shortly());
    await deliver(upload);
    expect(await view(ownId(upload))).toMatchObject({
      applied: 899,
      errors: [{ line: 702, sku: "TEA", reason: "not_an_integer" }],
    });
    expect(tea()).toBe(902);
  });

  test("is nothing while fifteen seconds are left", async () => {
    const { deliver, sent } = aShop(content);
    expect(await deliver(upload, () => 15_000)).toMatchObject([{ type: "StockFeedImported" }]);
    expect(sent).toEqual([]);
  });

  test("is refused if the file is not there any more, and what was applied stays", async () => {
    const { deliver, files, tea } = aShop(content);
    await deliver(upload, shortly());
    files.delete("version-1");
    expect(await deliver(upload)).toMatchObject([
      {
        type: "StockFeedRefused",
        occurredAt: new Date(testNow).toISOString(),
        data: { reason: "unreadable" },
      },
    ]);
    expect(tea()).toBe(503);
  });

  test("comes again if the file cannot be read just now", async () => {
    const { deliver, files, view } = aShop(content);
    await deliver(upload, shortly());
    files.read = async () => Promise.reject(new Error("The bucket does not answer."));
    await expect(deliver(upload)).rejects.toThrow("does not answer");
    expect(await view(ownId(upload))).toMatchObject({ status: "IMPORTING" });
  });
});
