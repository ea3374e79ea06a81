export { ECHO_IMAGE, ensureEchoImage } from "./binaries/lab-images.ts";
export type { Lab, LabCluster, LabNode, Shell } from "./lab.ts";
export type { LabOptions } from "./plan/lab-options.ts";
export { ensureBinaries, type StartLabOptions, startLab, whyNoLab } from "./start-lab.ts";
