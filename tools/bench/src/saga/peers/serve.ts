// A peer's orders behind a small HTTP server, in a process of their own; tells its parent the port.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export async function serveOrders(place: (orderId: string) => Promise<string>): Promise<void> {
  const server = createServer(async (request, response) => {
    request.setEncoding("utf8");
    let text = "";
    for await (const chunk of request) text += chunk;
    try {
      response.end(JSON.stringify(await place((JSON.parse(text) as { orderId: string }).orderId)));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  process.send?.({ port: (server.address() as AddressInfo).port });
  process.on("disconnect", () => process.exit(0));
}
