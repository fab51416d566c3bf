// The pages of docs/runbooks: their shell blocks, and the commands that stand in their sentences.
import { readdirSync, readFileSync } from "node:fs";
import { root } from "../../src/platform.ts";

export type Page = {
  name: string;
  text: string;
  /** All shell blocks, in order: a later one may use what an earlier one has set. */
  script: string;
  /** Code within sentences, such as `aws kms enable-key`. */
  inline: readonly string[];
};

const folder = `${root}/docs/runbooks`;

export const pages: readonly Page[] = readdirSync(folder)
  .filter((file) => file.endsWith(".md"))
  .map((file) => {
    const text = readFileSync(`${folder}/${file}`, "utf8");
    const blocks = [...text.matchAll(/^```(?:sh|bash)\n(.*?)^```/gms)].map(([, code = ""]) => code);
    const sentences = text.replace(/^```.*?^```/gms, "");
    const inline = [...sentences.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
    return { name: file, text, script: blocks.join("\n"), inline };
  });
