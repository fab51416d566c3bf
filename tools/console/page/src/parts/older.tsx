// A button that fetches what a list does not have yet, and says what came of it.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

/** `load` answers with what to say: nothing, if something came. */
export function Older({ children, load }: { children: ComponentChildren; load: () => Promise<string> }) {
  const said = useSignal("");
  const loadAndSay = async () => {
    said.value = await load().catch((error: Error) => error.message);
  };
  return (
    <p class="row">
      <button type="button" onClick={() => void loadAndSay()}>
        {children}
      </button>
      <span role="status">{said.value}</span>
    </p>
  );
}
