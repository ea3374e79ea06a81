import { type TranslateOptions, Translator } from "@fairlead/envoy";
import type { Binding } from "./binding.ts";
import type { ModelTranslator } from "./node-config.ts";

/** A translator whose listeners are bound where this node binds them. */
export function boundTranslator(bind: Binding, options: TranslateOptions): ModelTranslator {
  const translator = new Translator(options);
  return {
    apply: (delta) =>
      translator.apply({ ...delta, sockets: { ...delta.sockets, upserts: delta.sockets.upserts.map(bind) } }),
  };
}
