/** What was read of an event stream. */
export interface SeenEvent {
  readonly event: string;
  readonly id: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into data of every shape, and assert what they find.
  readonly data: any;
}

/** Reads `GET /v1/events` as any client sees it. */
export class EventReader implements AsyncDisposable {
  readonly response: Response;
  readonly events: SeenEvent[] = [];
  /** Comments that came. */
  comments = 0;
  /** How it ended, once it has. */
  ended: "end" | "cut" | undefined;
  readonly #stop: AbortController;

  private constructor(response: Response, stop: AbortController) {
    this.response = response;
    this.#stop = stop;
    void this.#read();
  }

  /** Opens a stream. */
  static async open(url: string, token: string, lastEventId?: string): Promise<EventReader> {
    const headers = new Headers({ authorization: `Bearer ${token}` });
    if (lastEventId !== undefined) headers.set("last-event-id", lastEventId);
    const stop = new AbortController();
    return new EventReader(await fetch(`${url}/v1/events`, { headers, signal: stop.signal }), stop);
  }

  /** Data of the events of a name. */
  of(event: string): unknown[] {
    return this.events.flatMap((one) => (one.event === event ? [one.data] : []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
  }

  async #read(): Promise<void> {
    let rest = "";
    try {
      for await (const text of this.response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const blocks = (rest + text).split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) this.#block(block);
      }
      this.ended = "end";
    } catch {
      this.ended = "cut";
    }
  }

  #block(block: string): void {
    if (block.startsWith(":")) {
      this.comments++;
      return;
    }
    const fields = new Map(block.split("\n").map((line) => [line.split(": ")[0], line.slice(line.indexOf(": ") + 2)]));
    const data = JSON.parse(fields.get("data") ?? "null");
    this.events.push({ event: fields.get("event") ?? "", id: fields.get("id"), data });
  }
}
