// Masks personal data and what opens a payment: e-mail addresses anywhere, a contact's name, client secrets.
const address = /[^\s"'<>()[\],:;@\\]+@[^\s"'<>()[\],:;@\\/]+\.\p{L}{2,}/giu;
const contact = /("contact"\s*:\s*\{[^{}]*?"name"\s*:\s*)"(?:[^"\\]|\\.)*"/g;
const secret = /("client_?[sS]ecret"\s*:\s*)"(?:[^"\\]|\\.)*"/g;
const MASK = "•••";

/** All texts below these names. */
const hidden: ReadonlySet<string> = new Set(["contact", "clientSecret", "client_secret"]);

/** A text such as a message's body, JSON or not. */
export function maskText(text: string): string {
  return text.replace(contact, `$1"${MASK}"`).replace(secret, `$1"${MASK}"`).replace(address, MASK);
}

/** A copy of a record or an event. */
export function mask<T>(value: T): T {
  return masked(value, false) as T;
}

function masked(value: unknown, isHidden: boolean): unknown {
  if (typeof value === "string") return isHidden ? MASK : value.replace(address, MASK);
  if (Array.isArray(value)) return value.map((each) => masked(each, isHidden));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, masked(each, isHidden || hidden.has(name))]),
  );
}
