// Where the page begins: connects to the laptop and draws the frame around every screen.
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
  // What comes after a file was opened is no part of it; closing the file loads the page anew.
  effect(() => {
    if (openedFile.value) laptop.close();
  });
  listenToKeys(document);
  render(<App />, page);
}
