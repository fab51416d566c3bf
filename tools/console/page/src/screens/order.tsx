// One order: its state and why, its timeline three ways, each service's record, mails, dead letters.
import { useComputed, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRoute } from "preact-iso";
import type { OrderDetail, OrderSummary, Why } from "../../../src/console-api.ts";
import { confirmCancellation } from "../parts/cancel.ts";
import { Facts } from "../parts/facts.tsx";
import { formatDuration } from "../parts/format.ts";
import { Badge } from "../parts/icons.tsx";
import { OrderBadge } from "../parts/order-badge.tsx";
import { Answer, Empty, Panel, Screen } from "../parts/screen.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Ago, Money, now, Time } from "../parts/values.tsx";
import { ask, Problem, useAsk } from "../state/ask.ts";
import { cancelOrder } from "../state/shop.ts";
import { session } from "../state/store.ts";
import { OrderActs } from "./order/acts.tsx";
import { MomentsTable } from "./order/moments-table.tsx";
import { MoneyPanel } from "./order/money.tsx";
import { Rings } from "./order/rings.tsx";
import { SequencePicture } from "./order/sequence.tsx";
import { TimelinePicture } from "./order/timeline.tsx";
import { Told } from "./order/told.tsx";

export function OrderScreen() {
  const { orderId = "" } = useRoute().params;
  const summary = session.orders.value.get(orderId);
  // Every few seconds while it is open or a person must look: what is said of it rests on what was read then.
  const moment = useComputed(() => Math.floor(now.value / 3000));
  // Fetched again when a frame changes the order, and regularly while it is open.
  const revision = summary
    ? `${summary.changedAt}/${summary.deadLetters}/${summary.attempts.length}/${summary.isSettled && !summary.isStuck ? "" : moment.value}/${session.acts.value.length}`
    : moment.value;
  const asked = useAsk<OrderDetail>(`orders/${orderId}`, revision);
  if (asked.value.state === "error" && asked.value.problem.status === 404) {
    return (
      <Screen title="No such order">
        <Empty title={`There is no order ${orderId}`}>
          It was placed with other state, or the id has a slip. <a href="/console/orders">All orders</a>
        </Empty>
      </Screen>
    );
  }
  return (
    <Screen
      title={`Order ${orderId}`}
      actions={summary && <Actions orderId={orderId} status={summary.status} />}
    >
      <Answer asked={asked.value} what="the order">
        {(detail) => <Detail detail={detail} />}
      </Answer>
      <Told orderId={orderId} revision={`${revision} ${moment.value}`} />
    </Screen>
  );
}

function Detail({ detail }: { detail: OrderDetail }) {
  const { summary, why, facts, mails, deadLetters } = detail;
  return (
    <>
      <div class="row">
        <OrderBadge order={summary} />
        <Money amount={summary.amount} currency={summary.currency} />
        {summary.refunded !== undefined && (
          <span class="quiet">
            <Money amount={summary.refunded} currency={summary.currency} /> given back
          </span>
        )}
        <span class="quiet">
          {summary.lines.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(", ")}
        </span>
        <span class="quiet">
          placed <Ago at={summary.placedAt} />
        </span>
      </div>
      <WhyPanel why={why} at={detail.at} isSettled={summary.isSettled}>
        <OrderActs acts={detail.acts} />
      </WhyPanel>
      <MoneyPanel detail={detail} />
      <WhatHappened detail={detail} />
      <div class="columns">
        {detail.rings.length > 0 && <Rings rings={detail.rings} />}
        {Object.entries(facts).map(([service, record]) => (
          <Panel key={service} title={`What ${service} holds`}>
            <Facts record={record} />
          </Panel>
        ))}
        <Panel title="Mails">
          {mails.length === 0 ? (
            <p class="quiet">None was sent.</p>
          ) : (
            <ul class="stack">
              {mails.map(({ id, subject, at }) => (
                <li key={id} class="row">
                  <Time at={at} /> <a href={`/console/mail?id=${encodeURIComponent(id)}`}>{subject}</a>
                </li>
              ))}
            </ul>
          )}
        </Panel>
        {deadLetters.length > 0 && (
          <Panel title="Dead letters">
            <ul class="stack">
              {deadLetters.map(({ messageId, queue, cause }) => (
                <li key={messageId}>
                  <Badge tone="bad">{cause}</Badge>{" "}
                  <a href={`/console/dead-letters?queue=${queue}`}>{queue}</a>
                </li>
              ))}
            </ul>
          </Panel>
        )}
      </div>
    </>
  );
}

function WhatHappened({ detail: { summary, moments, isPartial } }: { detail: OrderDetail }) {
  return (
    <Panel title="What happened" flush>
      {isPartial && (
        <p class="quiet note">What was before this runtime's start, or long ago, is not in the picture.</p>
      )}
      <Tabs
        label="What happened"
        tabs={[
          {
            id: "timeline",
            title: "Timeline",
            content: () => <TimelinePicture moments={moments} isOpen={!summary.isSettled} />,
          },
          {
            id: "sequence",
            title: "Sequence",
            content: () => <SequencePicture moments={moments} topology={session.topology.value} />,
          },
          { id: "table", title: "Table", content: () => <MomentsTable moments={moments} /> },
        ]}
      />
    </Panel>
  );
}

type WhyProps = { why: Why; at: string; isSettled: boolean; children: ComponentChildren };

function WhyPanel({ why, at, isSettled, children }: WhyProps) {
  const age = (
    <span class="quiet">
      as read at <Time at={at} />
    </span>
  );
  return (
    <Panel title={isSettled ? "How it ended" : "Why it is not finished"} actions={age}>
      <p data-why>{why.words}</p>
      {children}
      {why.awaits.length > 0 && (
        <ul class="stack" style={{ marginTop: "8px" }}>
          {why.awaits.map(({ reaction, queue, eventType, attempt, of, state, nextAt }, index) => (
            <li key={`${index}-${queue}`} class="row">
              <Badge tone={state === "dead letter" || state === "undelivered" ? "bad" : "busy"}>
                {state}
              </Badge>
              <span>
                <strong>{reaction}</strong> is to hear {eventType}, in{" "}
                <a href={`/console/queues?queue=${queue}`}>{queue}</a>, attempt {attempt} of {of}
                {nextAt &&
                  `, next try ${Date.parse(nextAt) > now.value ? `in ${formatDuration(Date.parse(nextAt) - now.value)}` : "now"}`}
              </span>
            </li>
          ))}
        </ul>
      )}
      {why.deadline && (
        <p class="quiet" style={{ marginTop: "8px" }}>
          {Date.parse(why.deadline.at) > now.value ? <Ago at={why.deadline.at} /> : "Now"}:{" "}
          {why.deadline.then}
        </p>
      )}
    </Panel>
  );
}

const asTest = "Copied. Paste it into a test file of tools/console/test.";

function Actions({ orderId, status }: Pick<OrderSummary, "orderId" | "status">) {
  const said = useSignal("");
  const copy = async (textOf: () => string | Promise<string>, done: string) => {
    try {
      await navigator.clipboard.writeText(await textOf());
      said.value = done;
    } catch (error) {
      said.value =
        error instanceof Problem
          ? `${error.message}. ${error.detail}`
          : "The browser does not let the page copy.";
    }
  };
  const cancel = async () => {
    try {
      await cancelOrder(orderId, "cancelled in the console");
      said.value = "Cancellation asked for.";
    } catch (error) {
      said.value = (error as Error).message;
    }
  };
  const isCancellable =
    status !== "REJECTED" && status !== "CANCELLED" && session.connection.value === "live";
  return (
    <span class="row">
      <span role="status" class="quiet">
        {said.value}
      </span>
      <button type="button" onClick={() => void copy(() => orderId, "The id is copied.")}>
        Copy the id
      </button>
      <button type="button" onClick={() => void copy(() => ask(`orders/${orderId}/test`), asTest)}>
        Copy as test
      </button>
      {isCancellable && (
        <button type="button" class="danger" onClick={() => confirmCancellation({ orderId, status }, cancel)}>
          Cancel the order
        </button>
      )}
    </span>
  );
}
