// Every mail that went out, as its customer sees it; framed so that nothing in it can run or fetch.
import { useComputed } from "@preact/signals";
import { useLocation } from "preact-iso";
import { CONSOLE_PATH, type MailRow } from "../../../src/console-api.ts";
import { Answer, Empty, Loading, Panel, Screen } from "../parts/screen.tsx";
import { type Column, DataTable } from "../parts/table.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { OrderLink, Time } from "../parts/values.tsx";
import { useAsk } from "../state/ask.ts";
import { session } from "../state/store.ts";

const columns: readonly Column<MailRow>[] = [
  { title: "At", width: "80px", cell: ({ at }) => <Time at={at} /> },
  { title: "Mail", width: "110px", cell: ({ kind }) => kind },
  { title: "Subject", width: "minmax(180px, 1fr)", cell: ({ subject }) => subject },
  { title: "Order", width: "148px", cell: ({ orderId }) => <OrderLink orderId={orderId} /> },
];

type MailBody = { html: string; text: string; subject: string; to: string };

export function MailScreen() {
  const { query, route } = useLocation();
  const rows = useComputed(() => [...session.mails.value].reverse());
  if (session.connection.value === "connecting") return <Loading what="mails" />;
  return (
    <Screen title="Mail">
      <Panel title="Sent" flush>
        {rows.value.length === 0 ? (
          <Empty title="No mail yet">
            Buy something in the <a href="/console/shop">shop</a>: the first mail says that the order was
            received.
          </Empty>
        ) : (
          <DataTable
            label="Mails"
            rows={rows.value}
            columns={columns}
            keyOf={({ id }) => id}
            chosenKey={query.id}
            onOpen={({ id }) => route(`/console/mail?id=${encodeURIComponent(id)}`)}
            height={query.id ? "250px" : "640px"}
          />
        )}
      </Panel>
      {query.id && <OneMail id={query.id} />}
    </Screen>
  );
}

function OneMail({ id }: { id: string }) {
  const asked = useAsk<MailBody>(`mails/${encodeURIComponent(id)}`);
  return (
    <Answer asked={asked.value} what="the mail">
      {({ subject, to, text }) => (
        <Panel title={subject} actions={<span class="quiet">to {to}</span>}>
          <Tabs
            label="Mail"
            tabs={[
              {
                id: "html",
                title: "As the customer sees it",
                content: () => (
                  <iframe
                    class="mail-frame"
                    title={subject}
                    sandbox=""
                    src={`${CONSOLE_PATH}/mails/${encodeURIComponent(id)}/html`}
                  />
                ),
              },
              { id: "text", title: "Plain text", content: () => <pre>{text}</pre> },
            ]}
          />
        </Panel>
      )}
    </Answer>
  );
}
