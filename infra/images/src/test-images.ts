import { join } from "node:path";
import type { ImageSpec } from "./image-spec.ts";
import { file, folder, link } from "./oci/file-entry.ts";
import { type App, appEntrypoint, appPart } from "./parts/app.ts";
import { basePart, NONROOT } from "./parts/base.ts";
import { debianArchive } from "./parts/debian-archive.ts";
import { debianSbom, describe } from "./parts/debian-packages.ts";
import { type GoProgram, goProgram } from "./parts/go-program.ts";
import { hostProgram } from "./parts/host-program.ts";
import { nodePart } from "./parts/node.ts";

const BOOKINFO = "1.20.3";

/** Images that tests and examples use, under the names that their manifests have; built here because no registry is at hand. */
export function testImages(): ImageSpec[] {
  return [
    goImage("registry.k8s.io/pause:3.10", { name: "pause", source: "infra/lab/images", package: "./pause" }),
    goImage("registry.k8s.io/coredns/coredns:v1.12.0", { name: "coredns", source: "infra/lab/coredns", package: "." }),
    goImage(
      "registry.k8s.io/e2e-test-images/agnhost:2.53",
      { name: "agnhost", source: "infra/images/go/agnhost", package: "k8s.io/kubernetes/test/images/agnhost" },
      ["pause"],
    ),
    goImage("registry.k8s.io/gateway-api/conformance/echo-basic:v0.1.0", {
      name: "echo-basic",
      source: { module: "sigs.k8s.io/gateway-api-conformance-images", version: "v0.1.0" },
      package: "./echo-basic",
    }),
    ...["productpage-v1", "details-v1", "ratings-v1", "reviews-v1", "reviews-v2", "reviews-v3"].map(bookinfoImage),
    curlImage(),
    nginxImage(),
  ];
}

function goImage(reference: string, program: GoProgram, command?: readonly string[]): ImageSpec {
  return {
    ...test(program.name, reference),
    run: { entrypoint: [`/${program.name}`], ...(command !== undefined && { command }) },
    parts: async ({ root, say }) => [await goProgram(root, program, say)],
  };
}

function bookinfoImage(name: string): ImageSpec {
  const [service = "", version = ""] = name.split("-");
  const app: App = { title: `Bookinfo ${service}`, entry: `examples/bookinfo/src/${service}.ts` };
  return {
    ...test(`bookinfo-${name}`, `docker.io/istio/examples-bookinfo-${name}:${BOOKINFO}`),
    run: {
      entrypoint: appEntrypoint(app),
      user: `${NONROOT}:${NONROOT}`,
      environment: { SERVICE_VERSION: version },
      ports: ["9080/tcp"],
    },
    parts: async ({ root }) => [await basePart(), await nodePart(root), await appPart(root, app)],
  };
}

/** curl, and a shell for scripts that tests run in it. */
function curlImage(): ImageSpec {
  return {
    ...test("curl", "docker.io/curlimages/curl:latest"),
    run: { entrypoint: ["/usr/bin/curl"], user: `${NONROOT}:${NONROOT}` },
    async parts() {
      const title = "curl";
      const origin = debianSbom(await describe("curl"));
      return [
        await basePart(),
        await hostProgram({ title, from: "/usr/bin/curl", to: "usr/bin/curl", origin }),
        await shell(),
      ];
    },
  };
}

async function shell() {
  const { directory, origin } = await debianArchive("busybox-static");
  const from = join(directory, "bin", "busybox");
  const part = await hostProgram({ title: "BusyBox", from, to: "usr/bin/busybox", origin });
  const names = ["cat", "date", "env", "grep", "head", "ls", "nc", "nslookup", "seq", "sh", "sleep", "wget"];
  const links = names.map((name) => link(`usr/bin/${name}`, "busybox"));
  return { ...part, entries: [...part.entries, ...links, link("bin", "usr/bin")] };
}

const NGINX_CONF = `daemon off;
worker_processes 1;
error_log stderr;
pid /tmp/nginx.pid;
events {}
http {
  include mime.types;
  access_log /dev/stdout;
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  server {
    listen 80;
    root /usr/share/nginx/html;
  }
}
`;

function nginxImage(): ImageSpec {
  return {
    ...test("nginx", "docker.io/library/nginx:latest"),
    run: {
      entrypoint: ["/usr/sbin/nginx"],
      command: ["-e", "stderr", "-c", "/etc/nginx/nginx.conf"],
      ports: ["80/tcp"],
    },
    async parts() {
      const { directory, origin } = await debianArchive("nginx");
      const from = join(directory, "usr", "sbin", "nginx");
      const part = await hostProgram({ title: "nginx", from, to: "usr/sbin/nginx", origin });
      const more = [
        file("etc/nginx/nginx.conf", NGINX_CONF),
        file("etc/nginx/mime.types", "types {\n  text/html html;\n  text/plain txt;\n  application/json json;\n}\n"),
        file(
          "usr/share/nginx/html/index.html",
          "<!doctype html>\n<title>Welcome to nginx!</title>\n<h1>Welcome to nginx!</h1>\n",
        ),
        folder("var/log/nginx"),
        folder("var/lib/nginx"),
      ];
      return [await basePart(), { ...part, entries: [...part.entries, ...more] }];
    },
  };
}

function test(name: string, reference: string) {
  const version = reference.slice(reference.lastIndexOf(":") + 1);
  return { name, title: name, version, reference, license: "NOASSERTION", kind: "test" } as const;
}
