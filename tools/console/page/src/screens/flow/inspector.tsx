// Details of the map's selected node: a reaction's queues, a line's messages, or the last events of a type.
import { edgeWords } from "../../layout/flow.ts";
import type { Flow, FlowEdge, FlowNode } from "../../layout/flow-graph.ts";
import { QueueMessages } from "../../parts/queue-messages.tsx";
import { Panel } from "../../parts/screen.tsx";
import { OrderLink, Time } from "../../parts/values.tsx";
import { session } from "../../state/store.ts";

const MOST_EVENTS = 20;

type Choose = (id: string) => void;
type InspectorProps = { flow: Flow; id: string; onChoose: Choose; onClose: () => void };

export function Inspector({ flow, id, onChoose, onClose }: InspectorProps) {
  const node = flow.nodes.find((each) => each.id === id);
  const edge = flow.edges.find((each) => each.id === id);
  if (!node && !edge) return null;
  const close = (
    <button type="button" class="bare" onClick={onClose} title="Esc">
      Close
    </button>
  );
  return (
    <Panel title={node ? node.name : edge ? edgeWords(edge) : ""} actions={close}>
      <div class="stack">
        {edge && <Edge flow={flow} edge={edge} />}
        {node && <Links flow={flow} node={node} onChoose={onChoose} />}
        {node?.kind === "reaction" && <Reaction node={node} />}
        {node && node.kind !== "reaction" && <Events types={saidAt(flow, node)} />}
      </div>
    </Panel>
  );
}

/** What an event is called, or what a route or schedule says. */
const saidAt = ({ edges }: Flow, { id, kind, name }: FlowNode) =>
  kind === "event" ? [name] : edges.filter(({ from }) => from === id).map(({ event }) => event);

/** Every line that touches a node, so that the keyboard reaches lines too. */
function Links({ flow, node, onChoose }: { flow: Flow; node: FlowNode; onChoose: Choose }) {
  const lines = flow.edges.filter(({ from, to }) => from === node.id || to === node.id);
  return (
    <div>
      <p class="quiet">
        {node.kind === "event" ? "An event" : `A ${node.kind}`} of {node.service}. Its lines:
      </p>
      <ul class="links" aria-label="Lines">
        {lines.map((edge) => (
          <li key={edge.id}>
            <button type="button" onClick={() => onChoose(edge.id)}>
              {edgeWords(edge)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Reaction({ node: { name, queue, deadLetterQueue, undeliveredQueue } }: { node: FlowNode }) {
  const reaction = session.topology.value.reactions.find((each) => each.name === name);
  return (
    <>
      {[queue, deadLetterQueue, undeliveredQueue].map(
        (each) =>
          each && (
            <div key={each}>
              <h3>{each}</h3>
              <QueueMessages queue={each} />
            </div>
          ),
      )}
      {(session.queues.value.get(deadLetterQueue ?? "")?.ready ?? 0) > 0 && (
        <a class="button" href={`/console/dead-letters?queue=${deadLetterQueue}`}>
          What ends these dead letters
        </a>
      )}
      {reaction && (
        <p class="quiet">
          Batches of {reaction.batchSize}, function timeout {reaction.timeoutSeconds} s, visibility timeout{" "}
          {reaction.visibilityTimeoutSeconds} s, {reaction.maxReceiveCount} deliveries before the dead-letter
          queue.
        </p>
      )}
    </>
  );
}

/** A line into a reaction has messages in its queues; one out of a function has the events it published. */
function Edge({ flow, edge: { kind, to, event } }: { flow: Flow; edge: FlowEdge }) {
  const reaction = flow.nodes.find(({ id }) => id === to);
  if (kind === "says" || !reaction) return <Events types={[event]} />;
  return (
    <>
      {[reaction.queue, reaction.deadLetterQueue].map(
        (queue) =>
          queue && (
            <div key={queue}>
              <h3>In {queue}</h3>
              <QueueMessages queue={queue} eventType={event} />
            </div>
          ),
      )}
      <h3>Went this way</h3>
      <Events types={[event]} reaction={reaction.name} />
    </>
  );
}

function Events({ types, reaction }: { types: readonly string[]; reaction?: string }) {
  const rows = session.events.value
    .filter(({ type, reactions }) => types.includes(type) && (!reaction || reactions.includes(reaction)))
    .slice(-MOST_EVENTS)
    .reverse();
  if (rows.length === 0) return <p class="quiet">None has passed since the start.</p>;
  return (
    <ul class="stack">
      {rows.map(({ number, type, orderId, at, reactions }) => (
        <li key={number} class="row">
          <Time at={at} />
          <a href={`/console/events?number=${number}`}>{type}</a>
          <OrderLink orderId={orderId} />
          {!reaction && <span class="quiet">to {reactions.join(", ") || "no reaction"}</span>}
        </li>
      ))}
    </ul>
  );
}
