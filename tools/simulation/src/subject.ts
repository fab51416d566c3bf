// The order, bulk or feed that a key or a message is about.

const id = /(?:ord|bulk|feed)_[0-9a-f]{32}/;

/** Such as `ord_…` in `PAY#ord_…`; an uploaded version's feed has its name. */
export function subjectIn(text: string): string | undefined {
  return text.startsWith("UPLOAD#") ? text.replace("UPLOAD#", "feed_") : id.exec(text)?.[0];
}
