import { expect, test } from "vitest";
import { goModules } from "./go-program.ts";

const TEXT = `/cache/agnhost: go1.26.8
	path	k8s.io/kubernetes/test/images/agnhost
	mod	fairlead.dev/images/agnhost	(devel)
	dep	github.com/miekg/dns	v1.1.62	h1:aaa=
	dep	k8s.io/api	v0.0.0
	=>	k8s.io/api	v0.33.4	h1:bbb=
	build	-trimpath=true
`;

test("the release of Go, the modules, and for a replaced module what replaced it", () => {
  expect(goModules(TEXT)).toEqual([
    { type: "golang", name: "stdlib", version: "1.26.8" },
    { type: "golang", name: "github.com/miekg/dns", version: "v1.1.62" },
    { type: "golang", name: "k8s.io/api", version: "v0.33.4" },
  ]);
});
