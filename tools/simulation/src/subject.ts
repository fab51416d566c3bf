// The order, bulk or feed that a key or a message is about.

const id = /(?:ord|bulk|feed)_[0-9a-f]{32}/;

/** Such as `ord_…` in `PAY#ord_…`. */
export function subjectIn(text: string): string | undefined {
  return id.exec(text)?.[0];
}
