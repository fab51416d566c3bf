// The shop's customers at the provider: a name, how to reach them, and what the shop notes.
import { missing } from "./model.ts";
import { metadataAfter, metadataIn } from "./parameters.ts";
import type { CustomerRecord, PaymentStorage } from "./storage.ts";

const TEXTS = ["description", "email", "name", "phone"];

export function newCustomer(form: URLSearchParams, id: string, created: number): CustomerRecord {
  return { id, texts: textsAfter({}, form), metadata: metadataIn(form), created };
}

/** Only what is given changes; an empty text takes one away. */
export function updatedCustomer(customer: CustomerRecord, form: URLSearchParams): CustomerRecord {
  const { metadata = {}, texts } = customer;
  return { ...customer, texts: textsAfter(texts, form), metadata: metadataAfter(metadata, form) };
}

/** One that can pay; one that was deleted cannot. */
export function payingCustomer(storage: PaymentStorage, id: string): CustomerRecord {
  const customer = storage.customer(id);
  if (!customer || customer.isDeleted) throw missing("customer", id, "customer");
  return customer;
}

export function customerJson({ created, id, isDeleted, metadata = {}, texts }: CustomerRecord) {
  if (isDeleted) return { id, object: "customer", deleted: true };
  const { description = null, email = null, name = null, phone = null } = texts;
  return { id, object: "customer", created, description, email, livemode: false, metadata, name, phone };
}

function textsAfter(before: Readonly<Record<string, string>>, form: URLSearchParams): Record<string, string> {
  const after = { ...before };
  for (const name of TEXTS) {
    const value = form.get(name);
    if (value === "") delete after[name];
    else if (value !== null) after[name] = value;
  }
  return after;
}
