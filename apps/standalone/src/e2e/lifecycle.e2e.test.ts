import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attempt, ensureKubectl, httpGet } from "@fairlead/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { loadEndpoints } from "../example.ts";
import { findProgram } from "../process-table.ts";
import { basePort, root } from "./test-instance.ts";

/** Who runs `npm start`. An ordinary user is a user namespace in which we are one: no privileges over the machine. */
const users: readonly { readonly name: string; readonly prefix: readonly string[] }[] = [
  { name: "whoever runs the tests", prefix: [] },
  ...(process.getuid?.() === 0 && findProgram("unshare") !== undefined
    ? [{ name: "an ordinary user", prefix: ["unshare", "--user", "--map-user=1000"] }]
    : []),
];

describe.each(users)("npm start as $name", ({ prefix }) => {
  test("brings Bookinfo up, twice, and Ctrl-C leaves no process behind", async () => {
    const directory = mkdtempSync(join(tmpdir(), "fairlead-start-"));
    try {
      await startUseStop(directory, prefix);
      await startUseStop(directory, prefix);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }, 180_000);
});

async function startUseStop(directory: string, prefix: readonly string[]): Promise<void> {
  const [file = "npm", ...args] = [...prefix, "npm", "start"];
  const child = spawn(file, args, {
    cwd: root,
    env: { ...process.env, FAIRLEAD_DIRECTORY: directory, FAIRLEAD_BASE_PORT: `${basePort()}` },
    stdio: ["ignore", "pipe", "pipe"],
    // As a terminal does: the whole foreground group gets Ctrl-C.
    detached: true,
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  // Also when the test runs out of time, and the end of this function is never reached.
  onTestFinished(() => {
    const runs = child.exitCode === null && child.signalCode === null;
    if (child.pid !== undefined && runs) process.kill(-child.pid, "SIGINT");
  });
  try {
    const output = await outputUntil(child, "Ctrl-C stops it.");
    const { gatewayUrl, apiUrl, consoleUrl, kubeconfig, token } = loadEndpoints(directory);
    expect(output).toContain(apiUrl);
    expect(output).toContain(`${consoleUrl}/#token=${token}`);
    expect((await httpGet(`${consoleUrl}/`)).body).toContain("<title>Fairlead</title>");
    expect(output).toContain(`curl ${gatewayUrl}/details/1`);
    const details = await httpGet(`${gatewayUrl}/details/1`);
    expect(details.status).toBe(200);
    expect(JSON.parse(details.body)).toMatchObject({
      id: 1,
      forwardedFor: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
    });
    expect((await httpGet(`${gatewayUrl}/`)).body).toContain("Simple Bookstore App");
    await useKubectl(kubeconfig);
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
    await ended;
  }
  expect(processesNaming(directory)).toEqual([]);
}

async function useKubectl(kubeconfig: string): Promise<void> {
  const kubectl = await ensureKubectl();
  // Where it cannot be had, the object server's own kubectl test says so in the closing lines.
  if ("missing" in kubectl) return;
  const table = await attempt([kubectl.path, "--kubeconfig", kubeconfig, "get", "gateways,httproutes,ingresses"]);
  expect(table).toMatchObject({ code: 0 });
  expect(table.stdout).toMatch(/gateway\S*\/my-gateway +cilium +127\.\S+ +True/);
  expect(table.stdout).toContain("basic-ingress");
}

function outputUntil(child: ChildProcess, text: string): Promise<string> {
  let output = "";
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no "${text}" within 90 s:\n${output}`)), 90_000);
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      if (!output.includes(text)) return;
      clearTimeout(timer);
      resolve(output);
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`npm start ended with ${code}:\n${output}`));
    });
  });
}

/** Command lines and environments that still name the instance's folder. */
function processesNaming(directory: string): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
      return command.includes(directory) || environment.includes(directory) ? [`${pid} ${command}`] : [];
    } catch {
      return [];
    }
  });
}
