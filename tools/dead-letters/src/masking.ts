// Masks personal data: e-mail addresses anywhere, and a contact's name.
const address = /[^\s"'<>()[\],:;@\\]+@[^\s"'<>()[\],:;@\\/]+\.\p{L}{2,}/giu;
const contact = /("contact"\s*:\s*\{[^{}]*?"name"\s*:\s*)"(?:[^"\\]|\\.)*"/g;
const MASK = "•••";

/** A text such as a message's body, JSON or not. */
export function maskText(text: string): string {
  return text.replace(contact, `$1"${MASK}"`).replace(address, MASK);
}

/** A copy of a record or an event. */
export function mask<T>(value: T): T {
  return masked(value, false) as T;
}

function masked(value: unknown, isContact: boolean): unknown {
  if (typeof value === "string") return isContact ? MASK : value.replace(address, MASK);
  if (Array.isArray(value)) return value.map((each) => masked(each, isContact));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, masked(each, isContact || name === "contact")]),
  );
}
