import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { type BuiltImage, buildImage, composeImage, ROOT } from "./build-image.ts";
import { catalog } from "./catalog.ts";
import { writeTree } from "./oci/write-tree.ts";
import { table } from "./table.ts";
import { verifyImage } from "./verify-image.ts";

const USAGE = `usage: npm run images -- [NAME…] [--all] [--verify]
       npm run images -- --list
       npm run images -- NAME --files DIRECTORY

Builds images as OCI archives into the cache directory; without names Fairlead's own.

  --all      Fairlead's own and those that tests use
  --verify   builds each again from a copy elsewhere and compares the digests
  --list     names every image
  --files    writes what is in one image below a folder, for a builder to pick up
`;

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`images: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      all: { type: "boolean", default: false },
      verify: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      files: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const images = catalog(ROOT);
  if (values.help) console.log(USAGE);
  else if (values.list) for (const { name, reference } of images) console.log(`${name.padEnd(28)}${reference}`);
  else if (values.files !== undefined) {
    const [name] = positionals;
    if (name === undefined || positionals.length > 1) throw new Error(`--files wants one image\n${USAGE}`);
    await writeTree(values.files, (await composeImage(name, { say: console.error })).layers.flat());
  } else {
    const byDefault = images.filter(({ kind }) => values.all || kind === "product").map(({ name }) => name);
    const names = positionals.length > 0 && !values.all ? positionals : byDefault;
    return values.verify ? verify(names) : build(names);
  }
  return 0;
}

async function build(names: readonly string[]): Promise<number> {
  const built: BuiltImage[] = [];
  for (const name of names) {
    const from = Date.now();
    built.push(await buildImage(name, { say: console.log }));
    console.log(`${name}: ${((Date.now() - from) / 1000).toFixed(1)} s`);
  }
  const [first] = built;
  if (first !== undefined) console.log(`\n${table(built)}\n\nin ${dirname(first.path)}, with their bills of materials`);
  return 0;
}

async function verify(names: readonly string[]): Promise<number> {
  let different = 0;
  for (const name of names) {
    const { here, elsewhere } = await verifyImage(name, console.log);
    if (here !== elsewhere) different++;
    console.log(here === elsewhere ? `${name}: ${here} twice` : `${name}: ${here} here, ${elsewhere} elsewhere`);
  }
  return different === 0 ? 0 : 1;
}
