import { MeshError } from "@fairlead/core";
import { type Command, Option } from "commander";
import { matchInCluster, matchInManifests, readRequest } from "./commands/route-match.ts";
import type { ActAlone } from "./program.ts";

/** Adds the commands about routing. */
export function addRouting(program: Command, act: ActAlone): void {
  program
    .command("route")
    .description("routing")
    .command("match")
    .description("which route, rule and backend a request would take, and why; nothing is sent to it")
    .requiredOption("--host <host>", "the Host header")
    .option("--path <path>", "with its query", "/")
    .option("--method <method>", "the HTTP method", "GET")
    .option("--header <name=value...>", "headers", [])
    .option("--query <name=value...>", "query parameters, put behind the path as they are", [])
    .addOption(new Option("--scheme <scheme>", "the scheme").choices(["http", "https"]).default("http"))
    .option("--sni <name>", "TLS server name; default the host")
    .option("--gateway <namespace/name>", "the Gateway it is sent to; default the one that knows the host")
    .option("--listener <name>", "a listener of the Gateway, for its port")
    .option("--port <port>", "default 80, or 443 with https")
    .option("--cluster <name>", "ask this cluster")
    .option("-f, --filename <path...>", "ask these manifests alone, without any server", [])
    .action(
      act(async (setting, _, flags) => {
        const request = readRequest({
          host: flags.must("host"),
          path: flags.must("path"),
          method: flags.must("method"),
          scheme: flags.must("scheme"),
          headers: flags.list("header"),
          query: flags.list("query"),
          gateway: flags.text("gateway"),
          listener: flags.text("listener"),
          port: flags.text("port"),
          sni: flags.text("sni"),
        });
        const files = flags.list("filename");
        const cluster = flags.text("cluster");
        if ((cluster === undefined) === (files.length === 0)) {
          throw new MeshError("invalid_request", { public: "give either --cluster or -f" });
        }
        return cluster === undefined
          ? matchInManifests(setting.io, setting.output, files, request)
          : matchInCluster(setting.open(), cluster, request);
      }),
    );
}
