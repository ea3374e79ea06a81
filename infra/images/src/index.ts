export { type BuildOptions, type BuiltImage, buildImage } from "./build-image.ts";
export { type Verification, verifyImage } from "./verify-image.ts";
