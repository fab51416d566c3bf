// An order's status as one badge.
import type { OrderSummary } from "../../../src/console-api.ts";
import { Badge, type Tone } from "./icons.tsx";

export function OrderBadge({
  order,
}: {
  order: Pick<OrderSummary, "status" | "isSettled" | "isStuck" | "isCompensating">;
}) {
  return <Badge tone={toneOf(order)}>{wordOf(order)}</Badge>;
}

function wordOf({ status, isStuck, isCompensating }: Parameters<typeof OrderBadge>[0]["order"]): string {
  const word = status.toLowerCase().replaceAll("_", " ");
  if (isStuck) return `${word}, stuck`;
  return isCompensating ? `${word}, undoing` : word;
}

function toneOf({
  status,
  isSettled,
  isStuck,
  isCompensating,
}: Parameters<typeof OrderBadge>[0]["order"]): Tone {
  if (isStuck) return "bad";
  if (isCompensating) return "undo";
  if (!isSettled) return "busy";
  return status === "CONFIRMED" ? "ok" : "warn";
}
