// Mistakes with mails: sent again although it may have gone out, given up although it has not.
import { notifyCustomer } from "@order-saga/notification/service";
import { type Faults, noFaults, type Scope, scopeNamed } from "../scopes.ts";
import { type Mistake, withPorts, withReaction } from "./mistake.ts";

const mailsOnly = (faults: Partial<Faults>): Scope => ({
  ...scopeNamed("mails"),
  concurrency: 1,
  faults: { ...noFaults, ...faults },
});

export const mailMistakes: readonly Mistake[] = [
  {
    name: "a mail whose outcome is unknown is sent again",
    shop: withPorts((ports) => {
      const { store } = ports.notification;
      const load: typeof store.load = async (orderId) => {
        const found = await store.load(orderId);
        if (!found) return found;
        const mails = Object.entries(found.mails).map(([kind, mail]) =>
          mail.state === "CLAIMED" ? [kind, { state: "DUE", at: mail.at }] : [kind, mail],
        );
        return { ...found, mails: Object.fromEntries(mails) };
      };
      return { ...ports, notification: { ...ports.notification, store: { ...store, load } } };
    }),
    scope: mailsOnly({ crashes: true }),
    violates: "A14",
    depth: 6,
  },
  {
    name: "the message of a mail that could not be sent is acknowledged",
    shop: withReaction(notifyCustomer.name, {
      react: (shipped) => (event, context) => shipped(event, context).catch(() => []),
    }),
    scope: mailsOnly({ failures: true }),
    violates: "E8",
    depth: 4,
  },
];
