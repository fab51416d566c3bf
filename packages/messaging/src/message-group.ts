// The message group of what is sent on: the one that its event came with.

/**
 * The group that the rule of a fair queue took from this message's event (topology.ts); undefined where there
 * is none that SQS would take.
 */
export function groupOfMessage(body: string): string | undefined {
  try {
    const group: unknown = JSON.parse(body)?.resources?.[0];
    return typeof group === "string" && /^[\w-]{1,128}$/.test(group) ? group : undefined;
  } catch {
    return undefined;
  }
}
