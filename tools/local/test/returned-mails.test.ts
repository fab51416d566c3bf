// Mails that bounce, on the laptop: through SES's event, the default bus, its rule and the reaction's queue.

import { DynamoDBDocumentClient, GetCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { notificationRecord } from "@order-saga/protocol/records";
import { expect, onTestFinished, test } from "vitest";
import { calm, startSaga } from "../src/testing/saga.ts";

type Mail = { state: string; reason?: string };
type Notification = { mails: Record<string, Mail>; returned?: Record<string, { how: string; at: string }> };

async function aSaga() {
  const saga = await startSaga(undefined, calm);
  onTestFinished(() => saga.stop());
  const client = DynamoDBDocumentClient.from(saga.runtime.clients.dynamodb);
  async function mailsTo(email: string): Promise<Notification> {
    const orderId = await saga.place({ email });
    await saga.settled(orderId);
    await saga.idle();
    const { Item } = await client.send(
      new GetCommand({ TableName: "notification", Key: notificationRecord.key(orderId) }),
    );
    return Item as Notification;
  }
  const everything = async (TableName: string) =>
    JSON.stringify((await client.send(new ScanCommand({ TableName }))).Items);
  return { ...saga, everything, mailsTo };
}

const statesOf = ({ mails }: Notification) =>
  Object.fromEntries(
    Object.entries(mails).map(([kind, mail]) => [kind, mail.state === "REFUSED" ? mail.reason : mail.state]),
  );

test.each([
  ["bounce", "bounced"],
  ["suppressionlist", "bounced"],
  ["complaint", "complained"],
] as const)("after a mail to %s@ no other goes there, of this order or the next", async (name, how) => {
  const saga = await aSaga();
  const first = await saga.mailsTo(`${name}+ada@simulator.amazonses.com`);
  expect(Object.values(first.returned ?? {})).toContainEqual({ how, at: expect.any(String) });
  const next = await saga.mailsTo(`${name}+ada@simulator.amazonses.com`);
  expect(statesOf(next)).toEqual({ received: how, confirmed: how });
  expect(next.returned).toBeUndefined();
  // Another address of the same customer has its mails.
  expect(statesOf(await saga.mailsTo("ada@example.com"))).toEqual({ received: "SENT", confirmed: "SENT" });
  for (const table of ["notification", "keys"]) expect(await saga.everything(table)).not.toContain("@");
});

test("an answer of somebody who is away stops nothing", async () => {
  const saga = await aSaga();
  const address = "ooto@simulator.amazonses.com";
  for (const _ of ["first", "next"]) {
    const { returned, ...record } = await saga.mailsTo(address);
    expect(statesOf(record)).toEqual({ received: "SENT", confirmed: "SENT" });
    expect(returned).toMatchObject({
      received: { how: "bounced_for_now" },
      confirmed: { how: "bounced_for_now" },
    });
  }
});
