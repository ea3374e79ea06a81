import { spawn } from "node:child_process";
import { chmodSync, chownSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { eventually } from "./eventually.ts";
import { startPostgres } from "./postgres.ts";
import { tempDir } from "./temp-dir.ts";
import { testDatabase } from "./test-database.ts";

test("starts in a folder nobody else may enter, and again after a stop, a kill and with a stale lock of a living process", async () => {
  await using dir = await tempDir();
  chmodSync(dir.path, 0o700);
  const dataDir = join(dir.path, "deeper", "postgres");
  const first = await startPostgres({ dataDir, fsync: false });
  await accepts(first.port);
  expect(statSync(join(dataDir, "password")).mode & 0o777).toBe(0o600);
  await first.stop();

  const second = await startPostgres({ dataDir, port: first.port, fsync: false });
  expect(second.url).toBe(first.url);
  const lock = join(dataDir, "cluster", "postmaster.pid");
  const left = readFileSync(lock, "utf8");
  await second.kill();
  // As if the killed server's number had been given to a process that lives: this one.
  writeFileSync(lock, left.replace(/^\d+/, `${process.pid}`));
  await using third = await startPostgres({ dataDir, fsync: false });
  await accepts(third.port);
});

test("refuses a folder another living process uses, and takes over from a supervisor that was killed", async () => {
  await using dir = await tempDir();
  const dataDir = join(dir.path, "postgres");
  const script = `
    const { startPostgres } = await import(${JSON.stringify(fileURLToPath(new URL("./postgres.ts", import.meta.url)))});
    const server = await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, fsync: false });
    console.log(server.pid);
    setInterval(() => {}, 1000);`;
  const supervisor = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let pid = 0;
  supervisor.stdout.on("data", (chunk: Buffer) => {
    pid = Number(chunk.toString());
  });
  await eventually(() => expect(pid).toBeGreaterThan(0), { timeoutMs: 20_000 });
  await expect(startPostgres({ dataDir, fsync: false })).rejects.toThrow(
    `${dataDir} is in use by process ${supervisor.pid}: stop that one first`,
  );

  supervisor.kill("SIGKILL");
  await eventually(() => expect(supervisor.signalCode).toBe("SIGKILL"));
  await using server = await startPostgres({ dataDir, fsync: false });
  await accepts(server.port);
  expect(server.pid).not.toBe(pid);
});

test("says what the server said when it does not start", async () => {
  await using dir = await tempDir();
  const dataDir = join(dir.path, "postgres");
  const server = await startPostgres({ dataDir, fsync: false });
  await using other = await testDatabase();
  await server.stop();
  await expect(startPostgres({ dataDir, port: other.server.port, fsync: false })).rejects.toThrow(
    /PostgreSQL did not start:[\s\S]*could not bind IPv4 address "127\.0\.0\.1"/,
  );
  // The failure does not keep the folder.
  await (await startPostgres({ dataDir, fsync: false })).stop();
});

test("root in somebody else's folder runs the server as that one", async ({ skip }) => {
  if (process.getuid?.() !== 0) skip("only root can give folders away");
  await using dir = await tempDir();
  chownSync(dir.path, 65534, 65534);
  chmodSync(dir.path, 0o755);
  await using server = await startPostgres({ dataDir: join(dir.path, "postgres"), fsync: false });
  expect(statSync(join(dir.path, "postgres", "cluster")).uid).toBe(65534);
  expect(statSync(`/proc/${server.pid}`).uid).toBe(65534);
});

function accepts(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve();
    });
    socket.on("error", reject);
  });
}
