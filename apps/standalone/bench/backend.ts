// A backend that says who it is: `node backend.ts NAME`. Prints its port once it listens.
import { createServer } from "node:http";

const name = process.argv[2] ?? "backend";
const server = createServer((_request, response) => {
  response.writeHead(200, { "x-backend": name, "content-length": "2" });
  response.end("ok");
});
server.keepAliveTimeout = 120_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(typeof address === "object" && address !== null ? address.port : 0);
});
process.on("disconnect", () => process.exit(0));
