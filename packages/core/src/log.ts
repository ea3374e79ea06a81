import { pino } from "pino";

/** The keys a log line may carry besides the message; one spelling for each thing. */
export interface LogFields {
  readonly organization?: string;
  readonly cluster?: string;
  readonly node?: string;
  readonly object?: string;
  readonly revision?: string;
  readonly requestId?: string;
  readonly error?: unknown;
  readonly [key: string]: unknown;
}

/** Structured log: the message is a constant in lower case, everything variable is a field. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log whose lines all carry `fields`. */
  with(fields: LogFields): Log;
}

export interface LogOptions {
  /** Name of the process, in every line as `app`. */
  readonly app: string;
  /** `debug`, `info`, `warn`, `error` or `silent`. Default: `FAIRLEAD_LOG_LEVEL`, else `info`. */
  readonly level?: string;
}

/** JSON lines on standard error. */
export function createLog(options: LogOptions): Log {
  const level = options.level ?? process.env.FAIRLEAD_LOG_LEVEL ?? "info";
  const root = pino(
    {
      level,
      base: { app: options.app },
      serializers: { error: pino.stdSerializers.err },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ fd: 2, sync: true }),
  );
  return wrap(root);
}

/** A log that drops everything, for tests. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silentLog,
};

function wrap(logger: pino.Logger): Log {
  return {
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
    with: (fields) => wrap(logger.child(fields)),
  };
}
