export { type BuildOptions, type BuiltImage, buildImage } from "./build-image.ts";
