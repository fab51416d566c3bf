// What is at the chosen place of the map: a reaction's queues and messages, or the last events of a type.
import type { Flow, FlowNode } from "../../layout/flow.ts";
import { QueueMessages } from "../../parts/queue-messages.tsx";
import { Panel } from "../../parts/screen.tsx";
import { OrderLink, Time } from "../../parts/values.tsx";
import { session } from "../../state/store.ts";

const MOST_EVENTS = 20;

export function Inspector({ flow, id, onClose }: { flow: Flow; id: string; onClose: () => void }) {
  const node = flow.nodes.find((each) => each.id === id);
  if (!node) return null;
  const close = (
    <button type="button" class="bare" onClick={onClose}>
      Close
    </button>
  );
  return (
    <Panel title={`${node.name} (${node.service})`} actions={close}>
      {node.kind === "reaction" ? <Reaction node={node} /> : <Events node={node} />}
    </Panel>
  );
}

function Reaction({ node: { name, queue, deadLetterQueue, undeliveredQueue } }: { node: FlowNode }) {
  const reaction = session.topology.value.reactions.find((each) => each.name === name);
  return (
    <div class="stack">
      {reaction && (
        <p class="quiet">
          Hears {reaction.hears.join(", ")}. Says {reaction.says.join(", ") || "nothing"}. Batches of{" "}
          {reaction.batchSize}, function timeout {reaction.timeoutSeconds} s, visibility timeout{" "}
          {reaction.visibilityTimeoutSeconds} s, {reaction.maxReceiveCount} deliveries before the dead-letter
          queue.
        </p>
      )}
      {[queue, deadLetterQueue, undeliveredQueue].map(
        (each) =>
          each && (
            <div key={each}>
              <h3>{each}</h3>
              <QueueMessages queue={each} />
            </div>
          ),
      )}
    </div>
  );
}

function Events({ node: { name, kind } }: { node: FlowNode }) {
  const says = session.topology.value.services
    .flatMap(({ routes, schedules }) => [...routes, ...schedules])
    .find((each) => each.name === name)?.says;
  const types = kind === "event" ? [name] : (says ?? []);
  const rows = session.events.value
    .filter(({ type }) => types.includes(type))
    .slice(-MOST_EVENTS)
    .reverse();
  if (rows.length === 0) return <p class="quiet">None has passed since the start.</p>;
  return (
    <ul>
      {rows.map(({ number, type, orderId, at, reactions }) => (
        <li key={number} class="row">
          <Time at={at} />
          <a href={`/console/events?number=${number}`}>{type}</a>
          <OrderLink orderId={orderId} />
          <span class="quiet">to {reactions.join(", ") || "nobody"}</span>
        </li>
      ))}
    </ul>
  );
}
