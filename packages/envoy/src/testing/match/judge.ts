import {
  type MatchAnswer,
  type MatchOptions,
  type MatchRequest,
  type MeshModel,
  matchRequest,
} from "@fairlead/mesh-model";
import { stringify } from "yaml";
import { judgeRoute } from "../../checks/judge-route.ts";
import type { MeshUnderTest } from "./mesh-under-test.ts";
import { agrees, expectations, observe } from "./observation.ts";
import type { Question } from "./random-request.ts";
import type { World } from "./world.ts";

/** How many requests are under way at a time. */
const AT_ONCE = 16;

/** Something that says what Envoy will do. */
export type Matcher = (model: MeshModel, request: MatchRequest, options: MatchOptions) => MatchAnswer;

/** Puts questions to Envoy and to a matcher; how many were judged. Throws on the first disagreement, with both answers. */
export async function judge(
  mesh: MeshUnderTest,
  world: World,
  questions: readonly Question[],
  matcher: Matcher = matchRequest,
): Promise<number> {
  const served = await mesh.serve(world);
  const { sockets } = served.model;
  if (sockets.length === 0) return 0;
  const options: MatchOptions = {
    judge: judgeRoute,
    usable: served.usable,
    gateway: (id) => served.index.gateway(id)?.shape,
  };
  let next = 0;
  let disagreement: Error | undefined;
  const ask = async () => {
    for (let question = questions[next++]; question && !disagreement; question = questions[next++]) {
      const socket = sockets[question.socket % sockets.length];
      if (socket === undefined) continue;
      const tls = socket.chains.some((chain) => chain.tls !== undefined) !== question.wrongScheme;
      const { protocol, host, path, method, sni = bareName(host), headers } = question;
      const request: MatchRequest = {
        socket: socket.name,
        scheme: tls ? "https" : "http",
        sni: bareName(sni),
        host,
        path,
        method,
        headers,
      };
      const answer = matcher(served.model, request, options);
      const expected = expectations(answer);
      const wireHeaders = headers.map(({ name, value }) => ({ name, value: Buffer.from(value).toString("latin1") }));
      const wire = {
        ...served.place(socket),
        protocol,
        tls,
        sni: bareName(sni),
        method,
        target: path,
        host,
        headers: wireHeaders,
      };
      const seen = observe(await mesh.client.send(wire));
      if (expected.some((one) => agrees(seen, one))) continue;
      const report = {
        configuration: world,
        protocol,
        request,
        matcher: { outcome: answer.outcome, why: answer.why },
        expected,
        envoy: seen,
      };
      disagreement = new Error(
        `The matcher and Envoy disagree:\n${stringify(report, { aliasDuplicateObjects: false })}`,
      );
    }
  };
  // A few at once, so that neither side waits for the other.
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  if (disagreement !== undefined) throw disagreement;
  return questions.length;
}

// A server name has no port, and none is sent for what is not a name.
function bareName(host: string): string {
  const name = host.replace(/:[0-9]*$/, "").replace(/\.$/, "");
  return /^[A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z]$/.test(name) && !name.includes("..") ? name : "";
}
