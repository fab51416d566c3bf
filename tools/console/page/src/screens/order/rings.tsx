// The provider's webhooks about an order: what rang, how the shop answered, and when it rings again.
import type { RingRow } from "../../../../src/console-api.ts";
import { Badge } from "../../parts/icons.tsx";
import { Panel } from "../../parts/screen.tsx";
import { Ago, Time } from "../../parts/values.tsx";

export function Rings({ rings }: { rings: readonly RingRow[] }) {
  return (
    <Panel title="What the provider rang">
      <p class="quiet">A ring decides nothing: hear-provider then looks for itself.</p>
      <ul class="stack">
        {rings.map((ring) => (
          <li key={ring.id} class="row" data-ring={ring.type}>
            <Badge tone={toneOf(ring)}>{answerOf(ring)}</Badge>
            <code>{ring.type}</code>
            {ring.attempts.map(({ at }) => (
              <Time key={at} at={at} />
            ))}
            {ring.fault && <span class="quiet">{ring.fault}</span>}
            {ring.nextAt && (
              <span class="quiet">
                rings <Ago at={ring.nextAt} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function answerOf({ attempts, nextAt }: RingRow): string {
  const last = attempts.at(-1);
  if (!last) return nextAt ? "on its way" : "lost";
  return last.status === undefined ? "no answer" : String(last.status);
}

function toneOf({ attempts, nextAt }: RingRow): "ok" | "bad" | "busy" | "warn" {
  const last = attempts.at(-1);
  if (!last) return nextAt ? "busy" : "warn";
  return last.status === 200 ? "ok" : "bad";
}
