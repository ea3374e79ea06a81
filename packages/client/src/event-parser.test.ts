import fc from "fast-check";
import { expect, test } from "vitest";
import { EventParser } from "./event-parser.ts";

const STREAM =
  ': hello\n\nevent: ready\nid: 1.2\ndata: {"a":\ndata: 1}\n\nevent:state\r\ndata:x\r\n\r\n: beat\n\ndata: end\r\r';

test("events, comments, several data lines and every line end are read as the standard says", () => {
  const parser = new EventParser();
  expect([...parser.push(STREAM), ...parser.push("\n")]).toEqual([
    { event: "ready", data: '{"a":\n1}', lastEventId: "1.2" },
    { event: "state", data: "x", lastEventId: "1.2" },
    { event: "message", data: "end", lastEventId: "1.2" },
  ]);
});

test("wherever the stream is cut, the same events come out", () => {
  const whole = new EventParser().push(`${STREAM}\n`);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: STREAM.length }), { maxLength: 8 }), (cuts) => {
      const parser = new EventParser();
      const ends = [...cuts.toSorted((a, b) => a - b), STREAM.length];
      const pieces = ends.map((end, i) => STREAM.slice(i === 0 ? 0 : ends[i - 1], end));
      expect([...pieces, "\n"].flatMap((piece) => parser.push(piece))).toEqual(whole);
    }),
  );
});

test("an event without end is refused instead of kept", () => {
  const parser = new EventParser();
  expect(() => {
    for (let i = 0; i < 40; i++) parser.push(`data: ${"x".repeat(50_000)}\n`);
  }).toThrow(RangeError);
});
