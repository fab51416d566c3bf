// A small SMTP server for tests: it keeps the mails it took, and fails a command when told to.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** Answers the command with that code, or closes the connection: before it did the work, or after. */
export type SmtpFault = { at: "CONNECT" | "MAIL" | "RCPT" | "DATA" | "."; code: number | "lost" };

export async function startSmtpServer() {
  const taken: string[] = [];
  let next: SmtpFault | undefined;
  const sockets = new Set<Socket>();

  /** The fault that this command meets, once. */
  function met(command: string): SmtpFault | undefined {
    const fault = next?.at === command ? next : undefined;
    if (fault) next = undefined;
    return fault;
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    let data: string[] | undefined;
    /** Answers, unless a fault is to be met. `work` is done before an answer that is lost. */
    function answer(command: string, reply: string, work = () => {}) {
      const fault = met(command);
      if (typeof fault?.code === "number") return void socket.write(`${fault.code} no\r\n`);
      work();
      if (fault) socket.end();
      else socket.write(`${reply}\r\n`);
    }
    function endOfData(lines: readonly string[]) {
      data = undefined;
      const mail = lines.map((line) => line.replace(/^\./, "")).join("\r\n");
      answer(".", `250 queued-${taken.length + 1}`, () => void taken.push(mail));
    }
    socket.on("error", () => {});
    createInterface({ input: socket }).on("line", (line) => {
      if (data && line === ".") return endOfData(data);
      if (data) return void data.push(line);
      const command = line.slice(0, 4).toUpperCase();
      if (command === "EHLO") return answer(command, "250-mail.example.com\r\n250 8BITMIME");
      if (command !== "DATA") return answer(command, "250 ok");
      answer(command, "354 go on", () => {
        data = [];
      });
    });
    answer("CONNECT", "220 mail.example.com");
  });

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    taken: () => [...taken],
    failNext(fault: SmtpFault) {
      next = fault;
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
