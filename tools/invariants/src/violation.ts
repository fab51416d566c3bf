// A violation of an invariant of docs/protocol.md, in words.
export type Violation = { readonly invariant: string; readonly orderId?: string; readonly detail: string };

export function violation(invariant: string, detail: string, orderId?: string): Violation {
  return { invariant, detail, ...(orderId !== undefined && { orderId }) };
}
