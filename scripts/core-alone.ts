// Type-checks what ships in a copy without tools/, as a team has it that takes the core alone.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/** The tests of ports that run a suite over an adapter in tools/. Without tools/ they go. */
export function testsOverTools(repository: string = root): string[] {
  const names = globSync("tools/*/package.json", { cwd: repository }).map(
    (path) => (JSON.parse(readFileSync(join(repository, path), "utf8")) as { name: string }).name,
  );
  return globSync("packages/*/src/**/*.test.ts", { cwd: repository })
    .filter((path) => {
      const text = readFileSync(join(repository, path), "utf8");
      return names.some((name) => text.includes(`"${name}/`) || text.includes(`"${name}"`));
    })
    .sort();
}

/** Copies packages/ and stacks/, whose links lead to the copies, without the tests that need a tool. */
function copyCore(copy: string): void {
  const isModules = (path: string) => path.endsWith("node_modules");
  for (const path of ["packages", "stacks", "sst.config.ts", "tsconfig.json", "package.json"])
    cpSync(join(root, path), join(copy, path), { recursive: true, filter: (source) => !isModules(source) });
  for (const path of testsOverTools()) rmSync(join(copy, path));
  for (const modules of globSync(["node_modules", "{packages/*,stacks}/node_modules"], { cwd: root }))
    linkModules(copy, modules);
  symlinkSync(realpathSync(join(root, ".sst")), join(copy, ".sst"), "junction");
}

/** What a package may import: as here, but our own packages are those of the copy, and no tool is there. */
function linkModules(copy: string, modules: string): void {
  for (const name of namesIn(join(root, modules))) {
    const target = realpathSync(join(root, modules, name));
    const path = relative(root, target).replaceAll("\\", "/");
    if (path.startsWith("tools/")) continue;
    const link = join(copy, modules, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(/^(packages|stacks)\b/.test(path) ? join(copy, path) : target, link, "junction");
  }
}

function namesIn(modules: string): string[] {
  return readdirSync(modules)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) =>
      name.startsWith("@") ? readdirSync(join(modules, name)).map((each) => `${name}/${each}`) : [name],
    );
}

/** What the compiler complains of, or an empty text. */
function check(): string {
  const copy = mkdtempSync(join(tmpdir(), "core-alone-"));
  try {
    copyCore(copy);
    writeFileSync(
      join(copy, "tsconfig.core.json"),
      JSON.stringify({ extends: "./tsconfig.json", include: ["packages/*/src"] }),
    );
    const projects = ["tsconfig.core.json", "stacks/tsconfig.json"];
    return projects.map((project) => compile(copy, project)).join("");
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function compile(folder: string, project: string): string {
  const tsc = join(root, "node_modules/typescript-native/bin/tsc");
  const { status, stderr, stdout } = spawnSync(process.execPath, [tsc, "-p", project], {
    cwd: folder,
    encoding: "utf8",
  });
  return status === 0 ? "" : `${stdout}${stderr}`;
}

if (import.meta.main) {
  const complaints = check();
  if (complaints) console.log(`Without tools/, what ships does not compile:\n${complaints}`);
  process.exitCode = complaints ? 1 : 0;
}
