// What every mailer does; the in-memory one, SES's and one over SMTP pass it.
import { type RegisterTest, testOrderId } from "@order-saga/messaging/testing";
import { expect, test as vitestTest } from "vitest";
import { type Mailer, MailNotSent, MailRefused, type OutgoingMail } from "../ports.ts";

export const aMail: OutgoingMail = {
  orderId: testOrderId,
  kind: "received",
  to: { email: "ada@example.com", name: "Ada Lovelace" },
  subject: "We have your order",
  text: "Hello Ada,\n\nGrüße, 茶 and a line that is longer than a line of base64 may be, which is seventy-six.\n",
  html: "<p>Hello Ada, Grüße &amp; 茶</p>",
};

/** Without time for another try, and with all the time that it takes. */
export const once = 0;
const patiently = Number.MAX_SAFE_INTEGER;

/** A mail as its reader has it: encoded headers and parts decoded. */
export type Arrived = { to: string; subject: string; text: string; html: string };

/** How the provider may fail a mail: it refuses it for good, or for now, or its answer is lost. */
export type MailFault = "refused" | "throttled" | "answer-lost";

export type MailerUnderTest = {
  mailer: Mailer;
  arrived: () => Promise<Arrived[]>;
  /** The next mail meets this fault; its time is the suite's, in which 0 is the beginning. */
  failNext: (fault: MailFault) => void;
};

export function mailerSuite(create: () => Promise<MailerUnderTest>, test: RegisterTest = vitestTest): void {
  test("a mail arrives as it was written", async () => {
    const { mailer, arrived } = await create();
    await mailer.send(aMail, once);
    const { subject, text, html } = aMail;
    expect(await arrived()).toEqual([{ to: "ada@example.com", subject, text, html }]);
  });

  test("a subject in any language arrives as it was written", async () => {
    const { mailer, arrived } = await create();
    const subject = `Bestellung bestätigt: 茶 🍵 ${"ä".repeat(100)}`;
    await mailer.send({ ...aMail, subject }, once);
    expect((await arrived()).map((mail) => mail.subject)).toEqual([subject]);
  });

  test("every mail has the provider's own id", async () => {
    const { mailer } = await create();
    const ids = [await mailer.send(aMail, once), await mailer.send({ ...aMail, kind: "confirmed" }, once)];
    expect(new Set(ids).size).toBe(2);
    expect(ids).not.toContain("");
  });

  async function failed(fault: MailFault) {
    const { arrived, failNext, mailer } = await create();
    failNext(fault);
    const error: unknown = await mailer.send(aMail, once).catch((thrown) => thrown);
    if (!(error instanceof Error)) return expect.unreachable("the mail was answered as sent");
    expect(`${error.message} ${error.stack} ${error.cause}`).not.toContain(aMail.to.email);
    return { error, arrived, again: () => mailer.send(aMail, patiently) };
  }

  test("a mail that the provider refuses for good has not arrived, and says so", async () => {
    const { arrived, error } = await failed("refused");
    expect(error).toBeInstanceOf(MailRefused);
    expect(await arrived()).toEqual([]);
  });

  test("a mail that the provider does not take now has not arrived, and says so; another try may send it", async () => {
    const { again, arrived, error } = await failed("throttled");
    expect(error).toBeInstanceOf(MailNotSent);
    expect((error as MailNotSent).retryAfterSeconds).toBeGreaterThanOrEqual(10);
    expect(await arrived()).toEqual([]);
    await again();
    expect(await arrived()).toHaveLength(1);
  });

  test("a mail whose answer is lost is neither refused nor certainly not sent: it may have arrived", async () => {
    const { arrived, error } = await failed("answer-lost");
    expect(error).not.toBeInstanceOf(MailNotSent);
    expect(error).not.toBeInstanceOf(MailRefused);
    expect(await arrived()).toHaveLength(1);
  });
}
