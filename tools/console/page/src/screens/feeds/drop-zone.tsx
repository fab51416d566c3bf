// Where a file is dropped or chosen; it goes straight to the bucket, by the form that the API signed.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Panel } from "../../parts/screen.tsx";
import { session } from "../../state/store.ts";
import { uploadFeed } from "../../state/uploads.ts";
import { sampleFeed } from "./sample.ts";

export function DropZone({ onUploaded }: { onUploaded: (feedId: string) => void }) {
  const said = useSignal<{ words: string; isBad: boolean }>({ words: "", isBad: false });
  const isOver = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  const upload = async (file: Blob | undefined, name: string) => {
    if (!file) return;
    said.value = { words: "Uploading …", isBad: false };
    try {
      onUploaded(await uploadFeed(file));
      said.value = { words: `${name} is uploaded.`, isBad: false };
    } catch (error) {
      said.value = { words: (error as Error).message, isBad: true };
    }
  };
  const isLive = session.connection.value === "live";
  return (
    <Panel title="Upload">
      <div
        class={isOver.value ? "drop over" : "drop"}
        onDragOver={(event) => {
          event.preventDefault();
          isOver.value = true;
        }}
        onDragLeave={() => {
          isOver.value = false;
        }}
        onDrop={(event) => {
          event.preventDefault();
          isOver.value = false;
          const [file] = event.dataTransfer?.files ?? [];
          void upload(file, file?.name ?? "");
        }}
      >
        <p>
          Drop a CSV with a line <code>sku,delta</code> or <code>sku,level</code> at its head.
        </p>
        <div class="row">
          <button type="button" class="first" disabled={!isLive} onClick={() => input.current?.click()}>
            Choose a file
          </button>
          <button
            type="button"
            disabled={!isLive}
            onClick={() => void upload(sampleFeed([...session.stock.value.keys()]), "The sample")}
          >
            Upload a sample
          </button>
        </div>
        <input
          ref={input}
          type="file"
          accept=".csv,text/csv"
          class="visually-hidden"
          aria-label="A feed's file"
          tabIndex={-1}
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            void upload(file, file?.name ?? "");
            event.currentTarget.value = "";
          }}
        />
        <p role="status" class={said.value.isBad ? "outcome bad" : "outcome"}>
          {said.value.words}
        </p>
      </div>
    </Panel>
  );
}
