// A contact as one text, so that it is sealed in few bytes.
import type { Contact } from "@order-saga/contracts";

export function contactText({ email, name }: Contact): string {
  return JSON.stringify(name === undefined ? [email] : [email, name]);
}

export function contactIn(text: string): Contact {
  const [email = "", name] = JSON.parse(text) as string[];
  return { email, ...(name !== undefined && { name }) };
}
