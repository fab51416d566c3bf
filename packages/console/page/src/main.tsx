// Where the page begins: connects to the laptop and draws the frame around every screen.
import { render } from "preact";
import { App } from "./app.tsx";
import { listenToKeys } from "./parts/keys.ts";
import { connect } from "./state/source.ts";
import { session } from "./state/store.ts";
import "./theme.css";

const page = document.getElementById("page");
if (page) {
  connect(session);
  listenToKeys(document);
  render(<App />, page);
}
