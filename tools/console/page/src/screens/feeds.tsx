// Stock feeds: drop a file, watch its rows become stock, and see which were refused and why.
import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import type { FeedFile } from "../../../src/console-api.ts";
import { shortId } from "../layout/short-id.ts";
import { PlainTable } from "../parts/plain-table.tsx";
import { Answer, Empty, Loading, Panel, Screen } from "../parts/screen.tsx";
import { type Column, DataTable } from "../parts/table.tsx";
import { Time } from "../parts/values.tsx";
import { useAsk } from "../state/ask.ts";
import { session } from "../state/store.ts";
import { DropZone } from "./feeds/drop-zone.tsx";
import { OneFeed } from "./feeds/one-feed.tsx";
import "./feeds/feeds.css";

const columns: readonly Column<FeedFile>[] = [
  { title: "Uploaded", width: "74px", cell: ({ uploadedAt }) => <Time at={uploadedAt} /> },
  { title: "File", width: "minmax(110px, 1fr)", cell: ({ feedId, key }) => (feedId ? shortId(feedId) : key) },
  { title: "Bytes", width: "84px", isNumber: true, cell: ({ bytes }) => bytes.toLocaleString("en") },
];

export function FeedsScreen() {
  const { query, route } = useLocation();
  const revision = useSignal(0);
  const files = useAsk<FeedFile[]>("feeds", `${revision.value} ${query.feed ?? ""}`);
  if (session.connection.value === "connecting") return <Loading what="feeds" />;
  const open = (feedId: string) => route(`/console/feeds?feed=${feedId}`);
  return (
    <Screen title="Feeds">
      <div class="feeds">
        <div class="stack">
          <DropZone
            onUploaded={(feedId) => {
              revision.value += 1;
              open(feedId);
            }}
          />
          <Panel title="Files" flush>
            <Answer asked={files.value} what="the files">
              {(rows) =>
                rows.length === 0 ? (
                  <Empty title="No feed yet">Drop a file above, or try the sample.</Empty>
                ) : (
                  <DataTable
                    label="Files"
                    rows={rows}
                    columns={columns}
                    keyOf={({ versionId }) => versionId}
                    onOpen={({ feedId }) => feedId && open(feedId)}
                    height="260px"
                  />
                )
              }
            </Answer>
          </Panel>
          <Stock />
        </div>
        {query.feed ? (
          <OneFeed key={query.feed} feedId={query.feed} />
        ) : (
          <Panel title="Rows">
            <Empty title="Choose a feed">Its rows appear here as they are applied.</Empty>
          </Panel>
        )}
      </div>
    </Screen>
  );
}

/** The products' counters, which move while a feed is applied. */
function Stock() {
  const rows = [...session.stock.value.values()];
  if (rows.length === 0) return null;
  return (
    <Panel title="Stock" flush>
      <PlainTable titles={["Product", "Available", "Reserved", "Sold"]} numbersFrom={1}>
        {rows.map(({ available, reserved, sku, sold }) => (
          <tr key={sku} data-stock={sku}>
            <td class="mono">{sku}</td>
            <td class="number">{available}</td>
            <td class="number">{reserved}</td>
            <td class="number">{sold}</td>
          </tr>
        ))}
      </PlainTable>
    </Panel>
  );
}
