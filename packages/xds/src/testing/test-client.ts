import { connect } from "node:net";
import { create } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import {
  AggregatedDiscoveryService,
  type DeltaDiscoveryRequest,
  DeltaDiscoveryRequestSchema,
  type DeltaDiscoveryResponse,
} from "@fairlead/envoy/discovery";
import { Outbox } from "../outbox.ts";

type Fields = Partial<Omit<DeltaDiscoveryRequest, "$typeName" | "$unknown" | "errorDetail">> & {
  readonly errorDetail?: { readonly code: number; readonly message: string };
};

/** A delta ADS client over a Unix socket that answers only when told to. */
export class TestClient implements AsyncDisposable {
  readonly #outbox = new Outbox<DeltaDiscoveryRequest>();
  readonly #abort = new AbortController();
  readonly #responses: AsyncIterator<DeltaDiscoveryResponse>;

  constructor(socketPath: string) {
    const transport = createGrpcTransport({
      baseUrl: "http://localhost",
      nodeOptions: { createConnection: () => connect(socketPath) },
    });
    const client = createClient(AggregatedDiscoveryService, transport);
    const stream = client.deltaAggregatedResources(this.#outbox, { signal: this.#abort.signal });
    this.#responses = stream[Symbol.asyncIterator]();
  }

  ask(typeUrl: string, fields: Fields = {}): void {
    this.#outbox.push([create(DeltaDiscoveryRequestSchema, { typeUrl, ...fields })]);
  }

  ack({ typeUrl, nonce }: DeltaDiscoveryResponse): void {
    this.ask(typeUrl, { responseNonce: nonce });
  }

  nack({ typeUrl, nonce }: DeltaDiscoveryResponse, message: string): void {
    this.ask(typeUrl, { responseNonce: nonce, errorDetail: { code: 13, message } });
  }

  /** The next response; fails when the stream ends. */
  async next(): Promise<DeltaDiscoveryResponse> {
    const result = await this.#responses.next();
    if (result.done) throw new Error("the stream has ended");
    return result.value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#outbox.close();
    this.#abort.abort();
    await Promise.resolve();
  }
}
