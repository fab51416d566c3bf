// Export of a session to a file, and opening one; light and dark.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { CONSOLE_PATH } from "../../../src/console-api.ts";
import { openedFile, openSession } from "../state/file.ts";
import { session } from "../state/store.ts";
import { Dialog } from "./dialog.tsx";

export function SessionMenu() {
  const chooser = useRef<HTMLInputElement>(null);
  const refusal = useSignal("");
  const open = async (file: File | undefined) => {
    if (!file) return;
    try {
      openSession(session, file.name, await file.text());
    } catch (error) {
      refusal.value = (error as Error).message;
    }
  };
  if (openedFile.value) {
    return (
      <button type="button" onClick={() => location.reload()}>
        Close the file
      </button>
    );
  }
  return (
    <>
      <a class="button" href={`${CONSOLE_PATH}/session`} download="order-saga-session.json">
        Export
      </a>
      <button type="button" onClick={() => chooser.current?.click()}>
        Open
      </button>
      <input
        ref={chooser}
        type="file"
        accept="application/json"
        hidden
        aria-label="Session file"
        onChange={(event) => void open(event.currentTarget.files?.[0])}
      />
      {refusal.value && (
        <Dialog label="The file was not opened" onClose={() => (refusal.value = "")}>
          <div class="body">
            <h2>The file was not opened</h2>
            <p>{refusal.value}</p>
          </div>
          <footer>
            <button type="button" onClick={() => (refusal.value = "")}>
              Close
            </button>
          </footer>
        </Dialog>
      )}
    </>
  );
}

const themes = ["system", "light", "dark"] as const;
const kept = () => themes.find((theme) => theme === localStorage.getItem("theme")) ?? "system";

function use(theme: (typeof themes)[number]): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  localStorage.setItem("theme", theme);
}
use(kept());

export function ThemeSwitch() {
  const theme = useSignal(kept());
  return (
    <label>
      <span class="visually-hidden">Colours</span>
      <select
        value={theme.value}
        onChange={(event) => {
          theme.value = themes.find((each) => each === event.currentTarget.value) ?? "system";
          use(theme.value);
        }}
      >
        {themes.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
}
