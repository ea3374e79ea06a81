import { describe, expect, test } from "vitest";
import { defaultLabOptions } from "../plan/lab-options.ts";
import { readArguments } from "./arguments.ts";

describe("arguments", () => {
  test("up takes the lab's options", () => {
    const { command, lab } = readArguments(
      "up --clusters 2 --nodes 3 --cni bridge --kube-proxy off --name pair".split(" "),
    );
    expect(command).toBe("up");
    expect(lab).toEqual({ name: "pair", clusters: 2, nodes: 3, cni: "bridge", kubeProxy: false });
  });

  test("kubectl's own options are kubectl's; the lab's stand before the command", () => {
    const args = readArguments("--name pair --cluster 2 kubectl --namespace x get pods -o wide --all".split(" "));
    expect(args).toMatchObject({ command: "kubectl", cluster: "c2", all: false });
    expect(args.words).toEqual("--namespace x get pods -o wide --all".split(" "));
    expect(args.lab.name).toBe("pair");
  });

  test("what follows the dashes is the command that runs on the node", () => {
    const args = readArguments("shell k8s-w1 --cluster c2 -- ip -4 addr".split(" "));
    expect(args).toMatchObject({ command: "shell", words: ["k8s-w1", "ip", "-4", "addr"], cluster: "c2" });
  });

  test("nothing at all is a call for help, with the default lab", () => {
    expect(readArguments([])).toMatchObject({ command: undefined, lab: defaultLabOptions });
  });

  test.each([
    [["up", "--cni", "calico"], '--cni: "calico" is neither ptp nor bridge'],
    [["up", "--kube-proxy", "maybe"], '--kube-proxy: "maybe" is neither on nor off'],
    [["up", "--nodes", "many"], "This lab cannot be made: nodes: NaN is not a whole number from 1 to 16"],
    [["up", "--nods", "2"], /^arguments: Unknown option '--nods'/],
  ])("%j is refused with what would be right", (argv, message) => {
    expect(() => readArguments(argv)).toThrow(message);
  });
});
