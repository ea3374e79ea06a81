import { whyNoLab } from "../start-lab.ts";

const reasons = await whyNoLab();

/** Why lab tests cannot run here, said once on standard error; undefined when they can. */
export const noLab: string | undefined = reasons.length === 0 ? undefined : reasons.join(" ");
if (noLab !== undefined) console.error(`lab tests are skipped: ${noLab}`);
