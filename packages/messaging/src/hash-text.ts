// Spreads names over a number of places; it hides nothing.

/** FNV-1a, 32 bits (https://www.rfc-editor.org/rfc/rfc9923): near names come to lie in different places. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
