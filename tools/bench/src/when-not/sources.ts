// How many lines of code a file or a service has: neither blank nor comment, and no test.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { services } from "@order-saga/services";

const root = new URL("../../../../", import.meta.url);
const peers = new URL("../saga/peers/", import.meta.url);

export function codeLines(text: string): number {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
  return code.split("\n").filter((line) => line.trim() !== "" && !line.trim().startsWith("//")).length;
}

export const servicePackages = services.map(({ name }) => name);

/** Of the files that a team would write for a peer. */
export const linesOfPeer = (files: readonly string[]): number =>
  sum(files.map((file) => new URL(file, peers)));

/** Of what ships in these packages. */
export function linesOfPackages(names: readonly string[]): number {
  const files = names.flatMap((name) => {
    const folder = new URL(`packages/${name}/src/`, root);
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && !/\.(test|suite)\.ts$|testing/.test(path))
      .map((path) => new URL(path.replaceAll("\\", "/"), folder));
  });
  return sum(files);
}

const sum = (files: readonly URL[]): number =>
  files.reduce((lines, file) => lines + codeLines(readFileSync(fileURLToPath(file), "utf8")), 0);
