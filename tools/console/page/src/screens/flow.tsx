// The flow map: what each service hears and publishes, from the manifests, with the messages in every queue.
import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { layoutFlow } from "../layout/flow.ts";
import { onKeys } from "../parts/keys.ts";
import { Empty, Loading, Panel, Screen } from "../parts/screen.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { session } from "../state/store.ts";
import { Inspector } from "./flow/inspector.tsx";
import { FlowMap } from "./flow/map.tsx";
import { FlowTable } from "./flow/table.tsx";

export function FlowScreen() {
  const { query, route } = useLocation();
  const flow = useComputed(() => layoutFlow(session.topology.value));
  const chosen = useSignal<string | undefined>(query.node);
  const choose = (id: string | undefined) => {
    chosen.value = id;
    route(id ? `/console/flow?node=${encodeURIComponent(id)}` : "/console/flow", true);
  };
  useEffect(
    () =>
      onKeys({
        Escape: () => (chosen.peek() ? choose(undefined) : (document.activeElement as HTMLElement)?.blur()),
      }),
    [],
  );
  if (session.topology.value.reactions.length === 0) {
    return session.connection.value === "lost" ? (
      <Screen title="Flow">
        <Empty title="The laptop does not answer">
          Start it with <code>npx pnpm@12 start</code>; the map appears by itself.
        </Empty>
      </Screen>
    ) : (
      <Loading what="the map" />
    );
  }
  return (
    <Screen title="Flow">
      <div class={chosen.value ? "flow-split open" : "flow-split"}>
        <Panel title="Who says and hears what" flush>
          <Tabs
            label="Flow"
            tabs={[
              {
                id: "map",
                title: "Map",
                content: () => <FlowMap flow={flow.value} chosen={chosen.value} onChoose={choose} />,
              },
              {
                id: "table",
                title: "Table",
                content: () => <FlowTable flow={flow.value} onChoose={choose} />,
              },
            ]}
          />
        </Panel>
        {chosen.value && (
          <Inspector
            flow={flow.value}
            id={chosen.value}
            onChoose={choose}
            onClose={() => choose(undefined)}
          />
        )}
      </div>
    </Screen>
  );
}
