// Writes docs/when-not.md and docs/when-not.html, with operations and lines of code counted anew.
import { writeFile } from "node:fs/promises";
import { measureEnding } from "../cost/measure.ts";
import type { Operations } from "../cost/operations.ts";
import { readFigures } from "./figures.ts";
import { formFile, formOf } from "./form.ts";
import { pageFile, pageOf } from "./page.ts";
import { writeCounted } from "./recorded.ts";
import { linesOfPackages, servicePackages } from "./sources.ts";

export async function writePages(confirmed?: Operations): Promise<void> {
  await writeCounted({
    confirmed: confirmed ?? (await measureEnding("confirmed")),
    lines: linesOfPackages(servicePackages),
  });
  const figures = await readFigures();
  await writeFile(pageFile, pageOf(figures));
  await writeFile(formFile, await formOf(figures));
}
