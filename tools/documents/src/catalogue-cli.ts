// `pnpm catalogue`: writes the catalogue of events as one HTML file, to be opened or hosted anywhere.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { command, run } from "@order-saga/arguments";
import { catalogueHtml } from "./catalogue.ts";

const write = command(
  {
    name: "pnpm catalogue",
    says: "Writes every event with its schema, example, speakers and hearers as one HTML file.",
    options: { out: { kind: "text", value: "FILE", says: "where it is written, default catalogue.html" } },
  },
  async ({ out }) => {
    const path = resolve(out ?? "catalogue.html");
    writeFileSync(path, catalogueHtml());
    console.log(`The catalogue of events is in ${path}.`);
    return 0;
  },
);

await run(write);
