// The messages of a queue, read without receiving them.
import type { QueuedMessage } from "../../../src/console-api.ts";
import { useAsk } from "../state/ask.ts";
import { session } from "../state/store.ts";
import { Badge } from "./icons.tsx";
import { Answer } from "./screen.tsx";
import { Ago, OrderLink } from "./values.tsx";

const MOST = 50;
const tones = { ready: "busy", delayed: "idle", "in flight": "busy" } as const;

/** All of them, or those of one type of event. */
export function QueueMessages({ queue, eventType }: { queue: string; eventType?: string }) {
  const gauge = session.queues.value.get(queue);
  const asked = useAsk<QueuedMessage[]>(
    `queues/${queue}/messages`,
    gauge ? `${gauge.ready}/${gauge.delayed}/${gauge.inFlight}/${gauge.failed}` : "",
  );
  return (
    <Answer asked={asked.value} what="its messages">
      {(all) => {
        const messages = eventType ? all.filter((each) => each.eventType === eventType) : all;
        return messages.length === 0 ? (
          <p class="quiet">Empty.</p>
        ) : (
          <ul class="stack">
            {messages.slice(0, MOST).map((message) => (
              <li key={message.messageId}>
                <div class="row">
                  <Badge tone={tones[message.state]}>{message.state}</Badge>
                  <span>{message.eventType ?? "unreadable"}</span>
                  {message.orderId && <OrderLink orderId={message.orderId} />}
                  <span class="quiet">
                    received {times(message.receiveCount)}, sent <Ago at={message.sentAt} />
                    {message.visibleAt && (
                      <>
                        , can be received <Ago at={message.visibleAt} />
                      </>
                    )}
                  </span>
                </div>
                <details>
                  <summary>Message</summary>
                  <pre>{pretty(message.body)}</pre>
                </details>
              </li>
            ))}
            {messages.length > MOST && <li class="quiet">and {messages.length - MOST} more.</li>}
          </ul>
        );
      }}
    </Answer>
  );
}

const times = (count: number) => (count === 1 ? "once" : `${count} times`);

export function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
