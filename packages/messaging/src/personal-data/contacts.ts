// A contact that was sealed, and the addresses that no mail goes to any more.
import type { Contact } from "@order-saga/contracts";
import { contactIn } from "./contact.ts";
import { findKey, type StoppingKeyStore } from "./keys.ts";
import { type CustomerKey, type MailStop, markOf, read, unseal } from "./sealing.ts";

export type Contacts = {
  /** The contact, and why no mail may go to its address; undefined once its customer was forgotten. */
  contactOf(sealed: string, subject: string): Promise<{ contact: Contact; stop?: MailStop } | undefined>;
  /**
   * From now on no mail goes to the address of that contact, whatever the customer orders. Nothing is kept of
   * a customer who was forgotten.
   */
  stopMail(sealed: string, subject: string, why: MailStop): Promise<void>;
};

/** As in personal-data.ts, nothing is remembered between two calls. */
export function createContacts(keys: StoppingKeyStore): Contacts {
  async function find(sealed: string, subject: string) {
    const { bytes, customer, keyId } = read(sealed);
    const key = await findKey(keys, customer);
    if (key?.id !== keyId) return undefined;
    return { customer, key, contact: contactIn(unseal(bytes, key, subject)) };
  }
  return {
    async contactOf(sealed, subject) {
      const found = await find(sealed, subject);
      const stop = found && stopOf(found);
      return found && { contact: found.contact, ...(stop && { stop }) };
    },
    async stopMail(sealed, subject, why) {
      const found = await find(sealed, subject);
      if (found) await keys.stop(found.customer, found.key.id, markOf(found.contact.email, found.key), why);
    },
  };
}

/** Most customers have no marks, and for them nothing is hashed. */
const stopOf = ({ contact, key }: { contact: Contact; key: CustomerKey }) =>
  key.stops?.[markOf(contact.email, key)];
