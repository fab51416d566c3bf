// The map as a table: every reaction with what it hears and says, and what lies in its queues.
import { trafficOf } from "../../layout/flow.ts";
import type { Flow } from "../../layout/flow-graph.ts";
import { formatClock } from "../../parts/format.ts";
import { Badge } from "../../parts/icons.tsx";
import { ScrolledTable } from "../../parts/plain-table.tsx";
import { session } from "../../state/store.ts";

export function FlowTable({ flow, onChoose }: { flow: Flow; onChoose: (id: string) => void }) {
  const { reactions } = session.topology.value;
  return (
    <div style={{ padding: "0 14px 10px" }}>
      <ScrolledTable
        label="Reactions"
        titles={[
          "Reaction",
          "Service",
          "Hears",
          "Says",
          "Waiting",
          "Running",
          `Failed since ${formatClock(session.startedAt.value)}`,
          "Dead",
        ]}
      >
        {reactions.map(({ name, service, hears, says }) => {
          const node = flow.nodes.find(({ id }) => id === `reaction:${name}`);
          if (!node) return null;
          const { waiting, running, failed, dead, undelivered } = trafficOf(node, session.queues.value);
          return (
            <tr key={name}>
              <td>
                <button type="button" class="bare" onClick={() => onChoose(node.id)}>
                  {name}
                </button>
              </td>
              <td>{service}</td>
              <td>{hears.join(", ")}</td>
              <td>{says.join(", ") || "nothing"}</td>
              <td class="number">{waiting}</td>
              <td class="number">{running}</td>
              <td class="number">{failed}</td>
              <td>{dead + undelivered > 0 ? <Badge tone="bad">{dead + undelivered}</Badge> : 0}</td>
            </tr>
          );
        })}
      </ScrolledTable>
    </div>
  );
}
