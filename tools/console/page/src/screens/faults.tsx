// Faults and the clock: turns faults on, counts their hits, moves the runtime's time forward.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Badge } from "../parts/icons.tsx";
import { Empty, Loading, Panel, Screen } from "../parts/screen.tsx";
import { act, ask, Problem } from "../state/ask.ts";
import { session } from "../state/store.ts";
import { ClockPanel } from "./faults/clock.tsx";
import { FaultForm } from "./faults/form.tsx";

export function FaultsScreen() {
  const said = useSignal("");
  if (session.connection.value === "connecting") return <Loading what="faults" />;
  const { faults, seed } = session.faults.value;
  const change: Change = async (path, body, method) => {
    try {
      await act(path, body, method);
      said.value = "";
    } catch (error) {
      said.value = error instanceof Problem ? `${error.message} ${error.detail}` : String(error);
    }
  };
  const add = (more: Record<string, unknown>) => change("/__local/faults", more, "POST");
  /** The faults that are on begin again with another seed. */
  const sow = async (next: number) => {
    const { faults } = await ask<{ faults: Record<string, unknown>[] }>("/__local/faults");
    const same = faults.map(({ id: _, hits: __, left: ___, ...rest }) => rest);
    await change("/__local/faults", { faults: same, seed: next }, "PUT");
  };
  return (
    <Screen title="Faults and clock">
      <p role="alert" hidden={said.value === ""} class="row">
        <Badge tone="bad">refused</Badge> {said.value}
      </p>
      <div class="columns">
        <FaultsOn change={change}>
          {faults.length > 0 && <Seed seed={seed} onSow={(next) => void sow(next)} />}
        </FaultsOn>
        <Presets onAdd={(preset) => add({ preset })} />
        <ClockPanel />
      </div>
      <FaultForm onAdd={(fault: Record<string, unknown>) => add({ faults: [fault] })} />
    </Screen>
  );
}

type Change = (path: string, body: unknown, method: string) => Promise<void>;

function FaultsOn({ change, children }: { change: Change; children: ComponentChildren }) {
  const { faults } = session.faults.value;
  return (
    <Panel
      title="On now"
      actions={
        faults.length > 0 && (
          <button type="button" onClick={() => void change("/__local/faults", {}, "DELETE")}>
            None again
          </button>
        )
      }
    >
      {faults.length === 0 ? (
        <Empty title="No fault is on">
          Everything goes as well as it can. Take a preset, or make a fault of your own.
        </Empty>
      ) : (
        <ul class="stack">
          {faults.map(({ id, words, hits, left }) => (
            <li key={id} class="row" data-fault={id}>
              <Badge tone={left === 0 ? "idle" : "warn"}>
                {left === 0 ? "spent" : hits === 1 ? "1 hit" : `${hits} hits`}
              </Badge>
              <span class="grow">{words}</span>
              <button
                type="button"
                onClick={() => void change(`/__local/faults/${id}`, {}, "DELETE")}
                aria-label={`Remove: ${words}`}
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
      {children}
    </Panel>
  );
}

/** A preset is added to what is on, as a single fault is. */
function Presets({ onAdd }: { onAdd: (name: string) => Promise<void> }) {
  return (
    <Panel title="Presets">
      <p class="quiet">Each comes on beside what is on already.</p>
      <ul class="stack presets">
        {session.faults.value.presets.map(({ name, words }) => (
          <li key={name} class="row">
            <span class="grow">
              <strong>{name}</strong>
              <br />
              <span class="quiet">{words}</span>
            </span>
            <button type="button" onClick={() => void onAdd(name)} aria-label={`Turn on: ${name}`}>
              Turn on
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The same seed and the same orders fail in the same way. */
function Seed({ seed, onSow }: { seed: number; onSow: (seed: number) => void }) {
  const own = useSignal("");
  return (
    <form
      class="row seed"
      onSubmit={(event) => {
        event.preventDefault();
        onSow(Number(own.value));
        own.value = "";
      }}
    >
      <label title="The same seed strikes the same way; faults that are on begin again">
        Seed
        <input
          type="number"
          min="0"
          step="1"
          required
          placeholder={String(seed)}
          value={own.value}
          onInput={(event) => (own.value = event.currentTarget.value)}
        />
      </label>
      <button type="submit">Begin again</button>
    </form>
  );
}
