// Ctrl-K: goes to a screen or an order by a few letters; and the list of all shortcuts.

import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { screens } from "../screens.ts";
import { session } from "../state/store.ts";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icons.tsx";
import { letterKeys } from "./keys.ts";

type Place = { title: string; detail: string; path: string };

const MOST = 12;

function places(text: string): Place[] {
  const words = text.toLowerCase().trim();
  const found = screens
    .filter(({ title }) => title.toLowerCase().includes(words))
    .map(({ title, path, letter }) => ({ title, detail: `g ${letter}`, path }));
  const orders = [...session.orders.value.values()]
    .filter(({ orderId, standing }) => words !== "" && `${orderId} ${standing}`.toLowerCase().includes(words))
    .slice(0, MOST)
    .map(({ orderId, status }) => ({ title: orderId, detail: status, path: `/console/orders/${orderId}` }));
  return [...found, ...orders].slice(0, MOST);
}

export function Palette({ onClose }: { onClose: () => void }) {
  const { route } = useLocation();
  const [text, setText] = useState("");
  const [cursor, setCursor] = useState(0);
  const found = places(text);
  const go = (place: Place | undefined) => {
    if (!place) return;
    onClose();
    route(place.path);
  };
  return (
    <Dialog label="Go to" onClose={onClose} className="palette">
      <input
        aria-label="Screen or order"
        placeholder="Screen or order id"
        role="combobox"
        aria-expanded="true"
        aria-controls="places"
        aria-activedescendant={found[cursor] ? `place-${cursor}` : undefined}
        autoFocus
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setCursor(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") setCursor(Math.min(found.length - 1, cursor + 1));
          else if (event.key === "ArrowUp") setCursor(Math.max(0, cursor - 1));
          else if (event.key === "Enter") go(found[cursor]);
          else return;
          event.preventDefault();
        }}
      />
      <ul id="places" role="listbox" aria-label="Places">
        {found.map((place, index) => (
          <li
            key={place.path}
            id={`place-${index}`}
            role="option"
            aria-selected={index === cursor}
            onClick={() => go(place)}
          >
            <Icon name="play" />
            <span class="grow">{place.title}</span>
            <span class="quiet">{place.detail}</span>
          </li>
        ))}
        {found.length === 0 && <li class="quiet">Nothing has these letters.</li>}
      </ul>
    </Dialog>
  );
}

const always: [string, string][] = [
  ["Ctrl K", "go to a screen or an order"],
  ["/", "search on this screen"],
  ["j, k", "next and previous row"],
  ["Enter", "open the row"],
  ["Esc", "close, or leave a field"],
  ["?", "this list"],
];

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const rows = [...always, ...screens.map(({ title, letter }): [string, string] => [`g ${letter}`, title])];
  return (
    <Dialog label="Keyboard shortcuts" onClose={onClose}>
      <div class="body">
        <h2>Keyboard shortcuts</h2>
        <dl class="facts">
          {rows.map(([keys, what]) => (
            <>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{what}</dd>
            </>
          ))}
        </dl>
        <label>
          <input
            type="checkbox"
            checked={letterKeys.value}
            onChange={(event) => (letterKeys.value = event.currentTarget.checked)}
          />
          Letters and signs alone do something
        </label>
      </div>
      <footer>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </footer>
    </Dialog>
  );
}
