// What is printed on a stream, line by line.

/** In place of a stream's `write`; blank lines are not told, and one without an end waits for it. */
export function printing(tell: (line: string) => void): NodeJS.WriteStream["write"] {
  let rest = "";
  return (chunk: string | Uint8Array, ...more: unknown[]) => {
    const lines = (rest + (typeof chunk === "string" ? chunk : Buffer.from(chunk).toString())).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") tell(line);
    const told = more.at(-1);
    if (typeof told === "function") told();
    return true;
  };
}
