import { extension, type Fields } from "./extension.ts";
import type { AccessLogSchema } from "./gen/envoy/config/accesslog/v3/accesslog_pb.js";
import { FileAccessLogSchema } from "./gen/envoy/extensions/access_loggers/file/v3/file_pb.js";
import { StdoutAccessLogSchema } from "./gen/envoy/extensions/access_loggers/stream/v3/stream_pb.js";

const FIELDS = {
  time: "%START_TIME%",
  method: "%REQ(:METHOD)%",
  host: "%REQ(:AUTHORITY)%",
  path: "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
  protocol: "%PROTOCOL%",
  status: "%RESPONSE_CODE%",
  flags: "%RESPONSE_FLAGS%",
  details: "%RESPONSE_CODE_DETAILS%",
  durationMs: "%DURATION%",
  requestBytes: "%BYTES_RECEIVED%",
  responseBytes: "%BYTES_SENT%",
  requestId: "%REQ(X-REQUEST-ID)%",
  client: "%DOWNSTREAM_REMOTE_ADDRESS%",
  route: "%ROUTE_NAME%",
  cluster: "%UPSTREAM_CLUSTER_RAW%",
  upstream: "%UPSTREAM_HOST%",
};

/** The access loggers of a connection manager: one line of JSON per request, or none. */
export function accessLog(destination: string | undefined): Fields<typeof AccessLogSchema>[] {
  if (destination === undefined) return [];
  const accessLogFormat = {
    case: "logFormat" as const,
    value: { format: { case: "jsonFormat" as const, value: FIELDS } },
  };
  const logger =
    destination === "stdout"
      ? extension("envoy.access_loggers.stdout", StdoutAccessLogSchema, { accessLogFormat })
      : extension("envoy.access_loggers.file", FileAccessLogSchema, { path: destination, accessLogFormat });
  return [{ name: logger.name, configType: { case: "typedConfig", value: logger.typedConfig } }];
}
