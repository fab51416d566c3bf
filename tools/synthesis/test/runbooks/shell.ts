// Runs a page's commands in a real shell, in which `aws` and `npx` are answered by the test.
import { execFile } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";

/** Undefined is a failure. */
export type Programs = Readonly<Record<string, (args: readonly string[]) => Promise<string | undefined>>>;

/** The shell's own words for what failed; empty if nothing did. */
export async function runScript(script: string, programs: Programs): Promise<string> {
  const server = createServer((socket) => serve(socket, programs));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await shell(`${functionsFor(port, Object.keys(programs))}\n${script}`);
  } finally {
    server.close();
  }
}

/** Functions of the shell start no process, so that a command costs a millisecond. */
function functionsFor(port: number, names: readonly string[]): string {
  return [
    "ask() {",
    "  local fd reply",
    `  exec {fd}<>/dev/tcp/127.0.0.1/${port}`,
    `  printf '%s\\0' "$#" "$@" >&$fd`,
    "  IFS= read -r -d '' reply <&$fd || true",
    "  exec {fd}>&-",
    `  printf '%s\\n' "\${reply:1}"`,
    `  [ "\${reply:0:1}" = + ]`,
    "}",
    ...names.map((name) => `${name}() { ask ${name} "$@"; }`),
  ].join("\n");
}

/** A request is the number of its words, and the words, each with a zero byte behind it. */
function serve(socket: Socket, programs: Programs): void {
  let text = "";
  socket.setEncoding("utf8").on("data", async (data) => {
    text += data;
    const [count, program = "", ...args] = text.split("\0").slice(0, -1);
    if (count === undefined || args.length + 1 < Number(count)) return;
    const answer = await programs[program]?.(args);
    socket.end(answer === undefined ? "-" : `+${answer}`);
  });
}

function shell(script: string): Promise<string> {
  return new Promise((resolve) => {
    // With a socket as its input bash reads the machine's bashrc, which knows nothing of -u.
    const flags = ["--norc", "-eu", "-o", "pipefail", "-c"];
    execFile("bash", [...flags, script], { timeout: 20_000 }, (error, _, stderr) => {
      resolve(error && stderr === "" ? (error.message.split("\n")[0] ?? "failed") : stderr);
    });
  });
}
