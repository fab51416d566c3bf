// What every mailer does; the in-memory one and SES's both pass it.
import { testOrderId } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import type { Mailer, OutgoingMail } from "../ports.ts";

export const aMail: OutgoingMail = {
  orderId: testOrderId,
  kind: "received",
  to: { email: "ada@example.com", name: "Ada Lovelace" },
  subject: "We have your order",
  text: "Hello Ada,\n\nGrüße, 茶 and a line that is longer than a line of base64 may be, which is seventy-six.\n",
  html: "<p>Hello Ada, Grüße &amp; 茶</p>",
};

/** A mail as its reader has it: encoded headers and parts decoded. */
export type Arrived = { to: string; subject: string; text: string; html: string };

export function mailerSuite(
  create: () => Promise<{ mailer: Mailer; arrived: () => Promise<Arrived[]> }>,
): void {
  test("a mail arrives as it was written", async () => {
    const { mailer, arrived } = await create();
    await mailer.send(aMail);
    const { subject, text, html } = aMail;
    expect(await arrived()).toEqual([{ to: "ada@example.com", subject, text, html }]);
  });

  test("a subject in any language arrives as it was written", async () => {
    const { mailer, arrived } = await create();
    const subject = `Bestellung bestätigt: 茶 🍵 ${"ä".repeat(100)}`;
    await mailer.send({ ...aMail, subject });
    expect((await arrived()).map((mail) => mail.subject)).toEqual([subject]);
  });

  test("every mail has the provider's own id", async () => {
    const { mailer } = await create();
    const ids = [await mailer.send(aMail), await mailer.send({ ...aMail, kind: "confirmed" })];
    expect(new Set(ids).size).toBe(2);
    expect(ids).not.toContain("");
  });
}
