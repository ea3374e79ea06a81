import type { Command } from "commander";
import {
  confirmCluster,
  createCluster,
  joinCluster,
  labelCluster,
  listClusters,
  revokeCluster,
} from "./commands/cluster.ts";
import { createProject } from "./commands/project.ts";
import { createToken, listTokens, revokeToken } from "./commands/token.ts";
import type { Act } from "./program.ts";

/** Adds the commands around tokens, clusters and projects. */
export function addManagement(program: Command, act: Act): void {
  addTokens(program.command("token").description("API tokens"), act);
  addClusters(program.command("cluster").description("clusters"), act);
  program
    .command("project")
    .description("projects")
    .command("create <name>")
    .description("make a project")
    .option("--grant <selector@namespaces...>", "where its intents may land, such as env=prod@shop,web or @*", [])
    .action(act((session, [name = ""], flags) => createProject(session, name, flags.list("grant"))));
}

function addTokens(token: Command, act: Act): void {
  token
    .command("create <name>")
    .description("make a token and print it, once")
    .option("--ttl <duration>", "how long it is good, such as 12h or 90d")
    .action(act((session, [name = ""], flags) => createToken(session, name, flags.text("ttl"))));
  token
    .command("list")
    .description("the tokens, without secrets")
    .action(act((session) => listTokens(session)));
  token
    .command("revoke <name>")
    .description("revoke by name or id")
    .action(act((session, [name = ""]) => revokeToken(session, name)));
}

function addClusters(cluster: Command, act: Act): void {
  cluster
    .command("create <name>")
    .description("make a cluster that may join later")
    .option("-l, --labels <labels>", "key=value,key=value")
    .action(act((session, [name = ""], flags) => createCluster(session, name, flags.text("labels"))));
  cluster
    .command("list")
    .description("the clusters and their connectors")
    .action(act((session) => listClusters(session)));
  cluster
    .command("join <name>")
    .description("print a one-time join token and the commands that use it; makes the cluster when needed")
    .option("-l, --labels <labels>", "of a new cluster: key=value,key=value")
    .option("--ttl <duration>", "how long the token can be used, at most 1h; default 15m")
    .action(
      act((session, [name = ""], flags) =>
        joinCluster(session, name, { labels: flags.text("labels"), ttl: flags.text("ttl") }),
      ),
    );
  cluster
    .command("label <name> <changes...>")
    .description("key=value sets a label, key- removes it")
    .action(act((session, [name = "", ...changes]) => labelCluster(session, name, changes)));
  cluster
    .command("confirm <name>")
    .description("say which Kubernetes cluster it is, when a connector was refused as cluster_cloned")
    .option("--uid <uid>", "uid of its namespace kube-system; default: the one that has joined stays it")
    .action(act((session, [name = ""], flags) => confirmCluster(session, name, flags.text("uid"))));
  cluster
    .command("revoke <name>")
    .description("refuse its connector and close its tunnel at once")
    .action(act((session, [name = ""]) => revokeCluster(session, name)));
}
