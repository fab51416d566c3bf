// Whom an order's end was told; nothing where nobody is.
import type { WebhookRow } from "../../../../src/console-api.ts";
import { Panel } from "../../parts/screen.tsx";
import { useAsk } from "../../state/ask.ts";
import { Deliveries } from "../webhooks/deliveries.tsx";

export function Told({ orderId, revision }: { orderId: string; revision: unknown }) {
  const asked = useAsk<WebhookRow[]>(`orders/${orderId}/webhooks`, revision);
  if (asked.value.state !== "ready" || asked.value.value.length === 0) return null;
  return (
    <Panel title="Webhooks" flush>
      <Deliveries rows={asked.value.value} />
    </Panel>
  );
}
