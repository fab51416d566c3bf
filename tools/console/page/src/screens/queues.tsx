// Every queue with what lies in it; looking into one disturbs nothing.
import { useComputed } from "@preact/signals";
import { useLocation } from "preact-iso";
import type { QueueGauge } from "../../../src/console-api.ts";
import { formatClock } from "../parts/format.ts";
import { Badge } from "../parts/icons.tsx";
import { QueueMessages } from "../parts/queue-messages.tsx";
import { Empty, Loading, Panel, Screen } from "../parts/screen.tsx";
import { type Column, DataTable } from "../parts/table.tsx";
import { Ago } from "../parts/values.tsx";
import { session } from "../state/store.ts";

const kinds = {
  reaction: "queue",
  "dead-letter": "dead-letter queue",
  undelivered: "undelivered events",
} as const;

const columns: readonly Column<QueueGauge>[] = [
  { title: "Queue", width: "minmax(220px, 1.4fr)", cell: ({ queue }) => <span class="mono">{queue}</span> },
  { title: "What it is", width: "150px", cell: ({ kind }) => kinds[kind] },
  {
    title: "Ready",
    width: "70px",
    isNumber: true,
    cell: ({ ready, kind }) => (kind !== "reaction" && ready > 0 ? <Badge tone="bad">{ready}</Badge> : ready),
  },
  { title: "Delayed", width: "70px", isNumber: true, cell: ({ delayed }) => delayed },
  { title: "In flight", width: "70px", isNumber: true, cell: ({ inFlight }) => inFlight },
  {
    title: "Oldest",
    width: "120px",
    isNumber: true,
    cell: ({ oldestAt }) => (oldestAt ? <Ago at={oldestAt} /> : ""),
  },
  { title: "Delivered", width: "80px", isNumber: true, cell: ({ delivered }) => delivered },
  { title: "Settled", width: "80px", isNumber: true, cell: ({ settled }) => settled },
  { title: "Failed", width: "70px", isNumber: true, cell: ({ failed }) => failed },
];

export function QueuesScreen() {
  const { query, route } = useLocation();
  const rows = useComputed(() => [...session.queues.value.values()]);
  if (session.connection.value === "connecting") return <Loading what="queues" />;
  const chosen = query.queue;
  const since = `Delivered, settled and failed are counted since ${formatClock(session.startedAt.value)}.`;
  return (
    <Screen title="Queues" actions={<span class="quiet">{since}</span>}>
      <Panel title="Queues" flush>
        {rows.value.length === 0 ? (
          <Empty title="No queue is known">
            The laptop has not told of any yet; it does within a second of connecting.
          </Empty>
        ) : (
          <DataTable
            label="Queues"
            rows={rows.value}
            columns={columns}
            keyOf={({ queue }) => queue}
            chosenKey={chosen}
            onOpen={({ queue }) => route(`/console/queues?queue=${queue}`)}
            height={chosen ? "330px" : "900px"}
          />
        )}
      </Panel>
      {chosen ? (
        <Panel title={chosen}>
          <QueueMessages queue={chosen} />
        </Panel>
      ) : (
        <p class="quiet">Open a queue to see its messages; nothing is received by looking.</p>
      )}
    </Screen>
  );
}
