// Faults and the clock: what is to go wrong and how often it did, and moving the runtime's time forward.
import { useSignal } from "@preact/signals";
import { Badge } from "../parts/icons.tsx";
import { Empty, Loading, Panel, Screen } from "../parts/screen.tsx";
import { act, ask, Problem } from "../state/ask.ts";
import { session } from "../state/store.ts";
import { ClockPanel } from "./faults/clock.tsx";
import { FaultForm } from "./faults/form.tsx";

export function FaultsScreen() {
  const said = useSignal("");
  if (session.connection.value === "connecting") return <Loading what="faults" />;
  const { faults, presets, seed } = session.faults.value;
  const change = async (path: string, body: unknown, method: string) => {
    try {
      await act(path, body, method);
      said.value = "";
    } catch (error) {
      said.value = error instanceof Problem ? `${error.message} ${error.detail}` : String(error);
    }
  };
  /** Whatever is on stays on; the laptop takes the whole list. */
  const put = async (more: readonly Record<string, unknown>[], newSeed: number) => {
    const { faults: on } = await ask<{ faults: Record<string, unknown>[] }>("/__local/faults");
    const kept = on.map(({ id: _, hits: __, left: ___, ...rest }) => rest);
    await change("/__local/faults", { faults: [...kept, ...more], seed: newSeed }, "PUT");
  };
  const add = (fault: Record<string, unknown>) => put([fault], seed);
  const sow = (next: number) => put([], next);
  return (
    <Screen title="Faults and clock">
      <p role="alert" hidden={said.value === ""} class="row">
        <Badge tone="bad">refused</Badge> {said.value}
      </p>
      <div class="columns">
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
          <Seed seed={seed} onSow={(next) => void sow(next)} />
        </Panel>
        <Panel title="Presets">
          <ul class="stack">
            {presets.map(({ name, words }) => (
              <li key={name} class="row">
                <span class="grow">
                  <strong>{name}</strong>
                  <br />
                  <span class="quiet">{words}</span>
                </span>
                <button
                  type="button"
                  onClick={() => void change("/__local/faults", { preset: name }, "PUT")}
                  aria-label={`Turn on: ${name}`}
                >
                  Turn on
                </button>
              </li>
            ))}
          </ul>
        </Panel>
        <ClockPanel />
      </div>
      <FaultForm onAdd={add} />
    </Screen>
  );
}

/** Chance is drawn from it: the same seed and the same orders go wrong in the same way. */
function Seed({ seed, onSow }: { seed: number; onSow: (seed: number) => void }) {
  const own = useSignal("");
  return (
    <form
      class="row"
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
