// Begins a lab of one node, without Kubernetes in it, and kills itself at one step, as `kill -9` would:
// up-and-die.ts DIRECTORY STEP recorded|made
import { CNI_PLUGINS } from "../binaries/system-packages.ts";
import { labOptions } from "../plan/lab-options.ts";
import { up } from "../up.ts";

const [directory = "", step = "0", when = "recorded"] = process.argv.slice(2);
let last = 0;
await up({
  options: labOptions({ name: "crash", nodes: 1 }),
  directory,
  kubernetes: "/nonexistent",
  cniPlugins: CNI_PLUGINS,
  images: [],
  machineOnly: true,
  say: () => {},
  onStep: ({ number, when: now }) => {
    last = number;
    if (number === Number(step) && now === when) process.kill(process.pid, "SIGKILL");
  },
});
console.log(last);
