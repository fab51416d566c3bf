// The page's entry: connects to the laptop and draws the frame around every screen.
import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./app.tsx";
import { listenToKeys } from "./parts/keys.ts";
import { openedFile } from "./state/file.ts";
import { connect } from "./state/source.ts";
import { session } from "./state/store.ts";
import "./theme.css";

const page = document.getElementById("page");
if (page) {
  const laptop = connect(session);
  // An opened file takes no more frames; closing it reloads the page.
  effect(() => {
    if (openedFile.value) laptop.close();
  });
  listenToKeys(document);
  render(<App />, page);
}
