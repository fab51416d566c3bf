// The console's server over running services: snapshot, stream, one order, access.
import { request } from "node:http";
import type { LaptopSaga } from "@order-saga/cli/testing/laptop";
import { services } from "@order-saga/services";
import { expect, onTestFinished, test } from "vitest";
import type { OrderDetail, QueuedMessage, Session, Snapshot } from "../src/console-api.ts";
import { readSentences } from "../src/invariant-rows.ts";
import { type consoleOf, withConsole } from "./console-client.ts";

let saga: LaptopSaga;
let page: ReturnType<typeof consoleOf>;
withConsole((...begun) => {
  [saga, page] = begun;
});

const snapshot = async () => (await page.read<Snapshot>("snapshot")).body;
const detailOf = async (orderId: string) => (await page.read<OrderDetail>(`orders/${orderId}`)).body;

test("a snapshot has every part and no e-mail address", async () => {
  const orderId = await saga.place();
  await saga.settled(orderId);
  await saga.idle();
  const all = await snapshot();
  expect(all.orders.find((each) => each.orderId === orderId)).toMatchObject({
    status: "CONFIRMED",
    isSettled: true,
    isStuck: false,
    amount: 990,
    standing: "Confirmed; the money is captured and the stock is sold.",
  });
  expect(all.events.filter((each) => each.orderId === orderId).map(({ type }) => type)).toEqual(
    saga.eventsOf(orderId).map(({ type }) => type),
  );
  expect(all.topology.reactions.map(({ name }) => name)).toEqual(
    saga.runtime.reactions.map(({ manifest }) => manifest.name),
  );
  const queuesOf = ({ undeliveredQueue }: { undeliveredQueue?: object }) => (undeliveredQueue ? 3 : 2);
  const queues = saga.runtime.reactions.map(queuesOf).reduce((sum, each) => sum + each, 0);
  expect(all.queues).toHaveLength(queues);
  expect(all.stock.find(({ sku }) => sku === "TEA-EARL-GREY")).toMatchObject({ name: "Earl Grey", sold: 1 });
  expect(all.mails.filter((each) => each.orderId === orderId).map(({ kind }) => kind)).toEqual([
    "received",
    "confirmed",
  ]);
  // A snapshot does not wait long for the books.
  await expect
    .poll(async () => (await snapshot()).accounts.money, { timeout: 10_000 })
    .toEqual([{ currency: "EUR", authorized: 0, captured: 990, voided: 0, refunded: 0 }]);
  expect(all.accounts.invariants.map(({ id }) => id)).toEqual(readSentences().map(({ id }) => id));
  expect(JSON.stringify(all)).not.toMatch(/ada@example|"Ada"/);
});

test("an order says that its mail came back, and that the next is not sent, unless a person has it sent", async () => {
  const email = "bounce+console@simulator.amazonses.com";
  for (const _ of ["bounces", "is withheld"]) await saga.settled(await saga.place({ email }));
  await saga.idle();
  const orderId = await saga.place({ email });
  await saga.settled(orderId);
  await saga.idle();
  const { acts, mailStandings, why } = await detailOf(orderId);
  expect(why.words).toContain("The mail “confirmed” was not sent");
  expect(why.words).toContain("an earlier mail to its address came back");
  const act = acts.find(({ id }) => id === "send again confirmed") ?? expect.unreachable();
  expect(act.confirm.detail).toContain("this one may too");
  expect(mailStandings.map(({ reason, state }) => [state, reason])).toEqual([
    ["refused", "bounced"],
    ["refused", "bounced"],
  ]);
  await page.act(act.path, act.body);
  await saga.idle();
  const after = await detailOf(orderId);
  expect(after.why.words).toContain("The mail “confirmed” came back");
  expect(after.mails.map(({ kind }) => kind)).toEqual(["confirmed"]);
});

test("an order says what happened, in order, and what every service holds", async () => {
  const orderId = await saga.place();
  await saga.settled(orderId);
  await saga.idle();
  const { events, facts, mails, moments, why } = await detailOf(orderId);
  expect(Object.keys(facts).sort()).toEqual(services.map(({ name }) => name).sort());
  expect(JSON.stringify({ facts, events })).not.toContain("ada@example");
  expect(mails).toHaveLength(2);
  expect(why).toEqual({ words: "Confirmed; the money is captured and the stock is sold.", awaits: [] });
  const marks = moments.map((each) => {
    if (each.kind === "attempt") return `${each.reaction} ${each.outcome} ${each.says}`;
    if (each.kind === "provider") return `${each.operation} ${each.outcome} ${each.amount} ${each.currency}`;
    return each.kind === "mail" ? `mail ${each.mailKind} ${each.outcome}` : each.kind;
  });
  expect(marks).toEqual(
    expect.arrayContaining([
      "request",
      "delivered",
      "reserve-stock settled StockReserved",
      "authorize 990 EUR".replace(" ", " done "),
      "capture done 990 EUR",
      "commit-stock settled StockCommitted",
      "mail received sent",
      "mail confirmed sent",
    ]),
  );
  expect(moments.map(({ at }) => at)).toEqual(moments.map(({ at }) => at).toSorted());
  for (const each of moments)
    if (each.kind === "attempt")
      expect(Date.parse(each.endedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(each.at));
});

test("an unknown order, event, queue or mail is a 404", async () => {
  const orders = [`orders/ord_${"0".repeat(32)}`, `orders/${"x".repeat(3000)}`];
  for (const path of [...orders, "events/999999", "queues/nobody/messages", "mails/1"])
    expect([path, (await page.read(path)).status]).toEqual([path, 404]);
});

test("where no other system is told of orders, no webhook can be sent again", async () => {
  const { body, status } = await page.act("webhooks/replay", { id: "x" });
  expect([status, body]).toMatchObject([409, { type: "cannot-act" }]);
});

test("a stream tells an order from its first event to its end, numbered without a gap", async () => {
  const stream = await page.listen();
  const orderId = await saga.place();
  await stream.until((frames) =>
    frames.some(({ orders }) => orders?.some((each) => each.orderId === orderId && each.isSettled)),
  );
  await saga.idle();
  await stream.until((frames) =>
    frames.some(({ mails }) => mails?.some((each) => each.orderId === orderId && each.kind === "confirmed")),
  );
  const sequences = stream.frames.map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.map((_, index) => (sequences[0] ?? 0) + index));
  const told = stream.frames.flatMap(({ events = [] }) => events).filter((each) => each.orderId === orderId);
  expect(told.map(({ type }) => type)).toEqual(saga.eventsOf(orderId).map(({ type }) => type));
});

test("a page that reconnects gets the frames it missed; after too long, a reset", async () => {
  const { sequence } = await snapshot();
  const orderId = await saga.place();
  await saga.settled(orderId);
  await snapshot();
  const back = await page.listen({ lastEventId: sequence });
  await back.until((frames) => frames.some(({ orders }) => orders?.some((each) => each.orderId === orderId)));
  expect(back.frames[0]?.sequence).toBe(sequence + 1);
  const unknown = await page.listen({ lastEventId: 1_000_000 });
  await unknown.until(() => unknown.events.includes("reset"));
  const first = await page.listen({ after: sequence });
  await first.until((frames) =>
    frames.some(({ orders }) => orders?.some((each) => each.orderId === orderId)),
  );
});

test("a queue is looked into without disturbing it, its messages masked", async () => {
  const mapping = saga.runtime.mappings.get("inventory-reserve-stock");
  await mapping?.disable();
  onTestFinished(() => mapping?.enable());
  const orderId = await saga.place();
  await saga.until(orderId, "PaymentAuthorized");
  const other = await saga.place();
  for (let look = 0; look < 2; look++) {
    const { body } = await page.read<QueuedMessage[]>("queues/inventory-reserve-stock/messages");
    expect(body).toMatchObject([
      { orderId, eventType: "OrderPlaced", state: "ready", receiveCount: 0 },
      { orderId: other },
    ]);
    expect(body[0]?.body).not.toContain("ada@example");
  }
  // The others have done their work before long.
  await expect
    .poll(async () => (await detailOf(orderId)).why.awaits)
    .toMatchObject([{ reaction: "reserve-stock", state: "ready", attempt: 1, of: 5 }]);
  const { summary, why } = await detailOf(orderId);
  expect(summary.status).toBe("AUTHORIZED");
  expect(why.words).toContain(
    "OrderPlaced waits in inventory-reserve-stock for reserve-stock, attempt 1 of 5.",
  );
  expect(why.deadline?.then).toContain("payment stops waiting");
  mapping?.enable();
  await saga.idle();
});

test("a reaction that fails is shown with its attempt and its next try", async () => {
  saga.runtime.faults.set([{ kind: "fail", reaction: "reserve-stock", times: 1 }], 1);
  const orderId = await saga.place();
  await saga.until(orderId, "PaymentAuthorized");
  await expect
    .poll(async () => (await detailOf(orderId)).why.awaits, { timeout: 10_000 })
    .toMatchObject([
      { reaction: "reserve-stock", state: "in flight", attempt: 1, of: 5, nextAt: expect.any(String) },
    ]);
  const { moments, why } = await detailOf(orderId);
  expect(why.words).toMatch(
    /reserve-stock failed at OrderPlaced, attempt 1 of 5, and tries again at \d\d:\d\d:\d\d UTC\./,
  );
  expect(moments.find((each) => each.kind === "attempt" && each.reaction === "reserve-stock")).toMatchObject({
    outcome: "failed",
    nextAt: expect.any(String),
  });
  await saga.idle();
  expect((await detailOf(orderId)).summary).toMatchObject({ status: "CONFIRMED", attempts: [] });
});

test("a mail is shown as the customer sees it, under a policy that runs nothing", async () => {
  const orderId = await saga.place();
  await saga.settled(orderId);
  await saga.idle();
  const [mail] = (await detailOf(orderId)).mails;
  const shown = await page.read<{ html: string; to: string; subject: string }>(`mails/${mail?.id}`);
  expect(shown.body.to).toContain("ada@example.com");
  const framed = await page.read<string>(`mails/${mail?.id}/html`);
  expect(framed.body).toBe(shown.body.html);
  expect(framed.headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none'/);
});

test("an event is shown masked, and published again by hand: written down, and without effect", async () => {
  const orderId = await saga.place();
  await saga.settled(orderId);
  await saga.idle();
  const { events } = await detailOf(orderId);
  const placed = events.find(({ event }) => event.type === "OrderPlaced");
  const shown = await page.read<{ id: string }>(`events/${placed?.number}`);
  expect(shown.body.id).toBe(placed?.event.id);
  expect(JSON.stringify(shown.body)).not.toContain("ada@");
  const acted = await page.act(`events/${placed?.number}/publish`);
  expect(acted.body).toMatchObject({ who: "ada", act: "publish again", outcome: "taken by the bus" });
  await saga.idle();
  expect((await detailOf(orderId)).summary).toMatchObject({ status: "CONFIRMED", isSettled: true });
  expect((await detailOf(orderId)).mails).toHaveLength(2);
  expect((await snapshot()).acts.at(-1)).toMatchObject({ target: `OrderPlaced of ${orderId}` });
});

test("a session is a file with the snapshot and the orders in full", async () => {
  const { body, headers } = await page.read<Session>("session");
  expect(headers.get("content-disposition")).toMatch(/^attachment; filename="order-saga-/);
  expect(body).toMatchObject({ format: "order-saga-session", version: 1 });
  expect(body.orders.length).toBe(body.snapshot.orders.length);
  expect(JSON.stringify(body)).not.toContain("ada@");
});

/** With a Host of its own, which fetch does not let through. */
function askAs(path: string, headers: Record<string, string>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const { hostname, port } = new URL(saga.runtime.url);
  request({ hostname, port, path, headers }, (answer) => {
    answer.resume();
    resolve(answer.statusCode ?? 0);
  })
    .on("error", reject)
    .end();
  return promise;
}

test("the twentieth page is the last one: another is refused in words until one is closed", async () => {
  const streams = [];
  for (let count = 0; count < 20; count++) streams.push(await page.listen());
  const refused = await page.read("stream");
  expect(refused).toMatchObject({
    status: 503,
    body: { title: "Too many pages of the console are open.", detail: expect.stringContaining("Close one") },
  });
  await streams[0]?.close();
  // The laptop hears of a page that has gone when its connection ends.
  const again = async () => (await page.listen()).status;
  await expect.poll(again).toBe(200);
});

test("only this machine's own pages may read, and a write needs the header", async () => {
  const path = "/__local/console/queues/inventory-reserve-stock/messages";
  expect(await askAs(path, {})).toBe(200);
  expect(await askAs(path, { host: "evil.example" })).toBe(403);
  expect(await askAs(path, { origin: "https://evil.example" })).toBe(403);
  expect(await askAs(path, { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).toBe(403);
  expect(await askAs("/console/flow", { host: "evil.example" })).toBe(403);
  expect(await askAs("/__local/faults", {})).toBe(403);
  expect((await page.act("dead-letters/dry-run", {}, {})).status).toBe(403);
});

test("every invariant holds when all is done", async () => {
  await saga.idle();
  await expect
    .poll(
      async () =>
        (await snapshot()).accounts.invariants
          .filter(({ state }) => state === "unchecked")
          .map(({ id }) => id),
      {
        timeout: 10_000,
      },
    )
    .toEqual(["A17", "A18", "A19", "A20", "A21", "A22", "E11", "E12", "E13", "E14"]);
  const { invariants } = (await snapshot()).accounts;
  expect(invariants.filter(({ state }) => state === "violated")).toEqual([]);
});
