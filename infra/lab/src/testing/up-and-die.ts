// Begins a lab of one node and kills itself on the way, as `kill -9` would:
// up-and-die.ts DIRECTORY STEP recorded|made   without Kubernetes, at one step
// up-and-die.ts DIRECTORY WORDS MS             with it, so long after a stage whose line ends with the words
import { CNI_PLUGINS } from "../binaries/system-packages.ts";
import { identify } from "../machine/processes.ts";
import { labOptions } from "../plan/lab-options.ts";
import { ensureBinaries } from "../start-lab.ts";
import { up } from "../up.ts";

const [directory = "", at = "0", when = "recorded"] = process.argv.slice(2);
const machineOnly = /^\d+$/.test(at);
const binaries = machineOnly ? { kubernetes: "/nonexistent", images: [] } : await ensureBinaries(console.error);
const die = () => process.kill(process.pid, "SIGKILL");
// The lab is for the test: should that be killed, the next lab to be started takes this one down.
const owner = identify(process.ppid);
let last = 0;
await up({
  options: labOptions({ name: "crash", nodes: 1 }),
  directory,
  ...binaries,
  cniPlugins: CNI_PLUGINS,
  machineOnly,
  ...(owner === undefined ? {} : { owner }),
  say: (line) => {
    if (!machineOnly && line.endsWith(at)) setTimeout(die, Number(when));
  },
  onStep: ({ number, when: now }) => {
    last = number;
    if (number === Number(at) && now === when) die();
  },
});
console.log(last);
