// A14 and A15 over worlds that mail a customer twice, or log personal data.
import { expect, test } from "vitest";
import { createCheckers } from "./index.ts";
import type { SentMail } from "./observed.ts";
import { notificationOf, orderOf } from "./records.ts";
import { type Break, judge, type Played } from "./testing.ts";

function send(world: Played, orderId: string, kind: string): string {
  const mail = world.mails.find((each) => each.orderId === orderId) as SentMail;
  world.mails.push({ ...mail, kind, at: world.now });
  return orderId;
}

/** An order that notification hears so long after its deadline, and that is mailed as received. */
function receivedAfter(world: Played, seconds: number): string {
  const orderId = world.place();
  const { decideBy = "" } = orderOf(world, orderId) ?? {};
  world.now = Date.parse(decideBy) + seconds * 1000;
  const placed = notificationOf(world, world.confirmed)?.placed;
  world.amend("notification", orderId, { orderId, placed, outcomes: {}, mails: {}, version: 1 });
  world.look();
  const [mail] = world.mails;
  world.mails.push({ ...(mail as SentMail), orderId, kind: "received", at: world.now });
  return orderId;
}

const logged =
  (line: string): Break =>
  (world) => {
    world.lines.push(line.replace("ord_?", world.confirmed));
    return line.includes("ord_?") ? world.confirmed : undefined;
  };

const holds: [string, string, Break][] = [
  ["A14", "cancelled after confirmed", (world) => void send(world, world.confirmed, "cancelled")],
  ["A14", "received of an order that was heard just in time", (world) => void receivedAfter(world, 0)],
  ["A14", "one mail of the kind to another order", (world) => void send(world, world.soldOut, "cancelled")],
  [
    "A15",
    "ids and times",
    logged(
      `{"time":"2026-01-05T12:00:00.000Z","orderId":"ord_42424242424242424242424242424242","eventId":"42424242-4242-5242-8242-424242424242","traceparent":"00-42424242424242424242424242424242-4242424242424242-01","at":1767614400006}`,
    ),
  ],
  ["A15", "words about an authorisation", logged("the authorization of ord_? was given up by its bearer")],
];

test.each(holds)("%s holds: %s", (invariant, _, act) => {
  expect(judge(createCheckers(), invariant, act).found).toEqual([]);
});

const breaks: [string, string, Break][] = [
  ["A14", "the same mail twice", (world) => send(world, world.confirmed, "confirmed")],
  ["A14", "received twice", (world) => send(world, world.soldOut, "received")],
  ["A14", "confirmed after cancelled", (world) => send(world, world.voided, "confirmed")],
  ["A14", "received of an order that was heard too late", (world) => receivedAfter(world, 60)],
  ["A15", "an address", logged('{"orderId":"ord_?","to":"eve@example.org"}')],
  ["A15", "a card number", logged("ord_? was paid with 4242 4242 4242 4242")],
  ["A15", "a bearer token", logged("ord_? Bearer eyJhbGciOi")],
  ["A15", "a header", logged('ord_? {"Authorization":"AWS4-HMAC-SHA256 …"}')],
  ["A15", "an address in an error of no order", logged("Error: cannot write to eve@example.org")],
];

test.each(breaks)("%s is broken: %s", (invariant, _, act) => {
  const { expected, found } = judge(createCheckers(), invariant, act);
  expect(found).toContainEqual(expected);
});
