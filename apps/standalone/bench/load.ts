// An open-loop load: `node load.ts TARGET HOST RATE`. Sends RATE requests a second whatever the answers do, until told
// to stop over IPC, then tells what came of them. Over HTTPS every fourth request opens a connection of its own, so that
// handshakes are under test as well; whose certificate it is, is not judged here.
import * as http from "node:http";
import * as https from "node:https";

/** What the load tells when it ends. */
export interface LoadReport {
  readonly sent: number;
  readonly succeeded: number;
  /** Everything that was not a 200 with a whole body, by what it was. */
  readonly failures: Readonly<Record<string, number>>;
  readonly latenciesMs: readonly number[];
}

const [, , target = "", host = "", rate = "1000"] = process.argv;
const { hostname, port, protocol } = new URL(target);
const secure = protocol === "https:";
const tls = { servername: host, rejectUnauthorized: false };
const kept = secure
  ? new https.Agent({ ...tls, keepAlive: true, maxSockets: 128 })
  : new http.Agent({ keepAlive: true, maxSockets: 128 });
const fresh = secure ? new https.Agent({ ...tls, keepAlive: false, maxCachedSessions: 0 }) : kept;
const { request } = secure ? https : http;
const perMs = Number(rate) / 1000;
const started = performance.now();
const latenciesMs: number[] = [];
const failures: Record<string, number> = {};
let sent = 0;
let succeeded = 0;
let open = 0;

const timer = setInterval(() => {
  const due = Math.floor((performance.now() - started) * perMs);
  while (sent < due) send();
}, 1);

process.on("message", () => {
  clearInterval(timer);
  const finish = setInterval(() => {
    if (open > 0) return;
    clearInterval(finish);
    const report: LoadReport = { sent, succeeded, failures, latenciesMs };
    process.send?.(report, undefined, undefined, () => process.exit(0));
  }, 10);
});
process.on("disconnect", () => process.exit(0));

function send(): void {
  sent++;
  open++;
  const from = performance.now();
  let done = false;
  const end = (failure: string | undefined) => {
    if (done) return;
    done = true;
    open--;
    if (failure === undefined) {
      succeeded++;
      latenciesMs.push(performance.now() - from);
    } else failures[failure] = (failures[failure] ?? 0) + 1;
  };
  const agent = sent % 4 === 0 ? fresh : kept;
  const sending = request({ agent, hostname, port, path: "/", headers: { host } }, (response) => {
    let bytes = 0;
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    response.on("error", (error) => end(`body: ${error.message}`));
    response.on("end", () =>
      end(
        response.statusCode === 200 && bytes === Number(response.headers["content-length"])
          ? undefined
          : `status ${response.statusCode}`,
      ),
    );
  });
  sending.on("error", (error) => end(error.message));
  sending.setTimeout(10_000, () => sending.destroy(new Error("no answer within 10 s")));
  sending.end();
}
