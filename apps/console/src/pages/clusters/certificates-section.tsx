import type { Certificate } from "@fairlead/contract";
import { useQuery } from "@tanstack/react-query";
import { useApi } from "../../api/api-provider.tsx";
import { certificatesQuery } from "../../api/queries.ts";
import { ageOf, formatMoment } from "../../domain/ages.ts";
import { validityWords } from "../../domain/certificate-warnings.ts";
import { certificateWords } from "../../domain/state-words.ts";
import { paths } from "../../paths.ts";
import { Empty } from "../../ui/empty.tsx";
import { Failure } from "../../ui/failure.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Section } from "../../ui/section.tsx";
import { StateBadge } from "../../ui/state-badge.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { useNow } from "../../ui/use-now.ts";

/** The TLS certificates that a cluster's nodes serve with: their state, how long they last, and what hangs on them. */
export function CertificatesSection({ cluster }: { readonly cluster: string }) {
  const nowMs = useNow();
  const { data, isPending, error, refetch } = useQuery(certificatesQuery(useApi(), cluster));
  const observed = data?.observedAt;
  return (
    <Section
      title="Certificates"
      aside={observed && <span className="text-sm text-muted">as reported {ageOf(observed, nowMs)} ago</span>}
    >
      {error !== null && (
        <Failure title="The certificates could not be loaded" error={error} retry={() => void refetch()} />
      )}
      {isPending && <Loading what="certificates" />}
      {data?.items.length === 0 && (
        <Empty
          title={observed === null ? "The cluster has not told of its certificates yet." : "No TLS Secret is in use."}
        >
          A Gateway's HTTPS listener or an Ingress with tls brings its Secret here. Keys never leave the nodes.
        </Empty>
      )}
      <ul className="divide-y divide-line">
        {data?.items.map((certificate) => (
          <CertificateItem key={`${certificate.namespace}/${certificate.name}`} {...{ certificate, nowMs }} />
        ))}
      </ul>
    </Section>
  );
}

function CertificateItem({ certificate, nowMs }: { readonly certificate: Certificate; readonly nowMs: number }) {
  const { namespace, name, names, notAfter, issuer, fingerprint, state, message, usedBy, nodes } = certificate;
  return (
    <li className="py-3 text-sm first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium break-all">
          {namespace}/{name}
        </span>
        <StateBadge {...certificateWords(state)} />
        <span title={notAfter === null ? undefined : formatMoment(notAfter)}>{validityWords(notAfter, nowMs)}</span>
      </div>
      {message !== "" && <p className="mt-1 break-words">{message}</p>}
      <dl className="mt-1.5 grid grid-cols-[max-content_1fr] gap-x-4 gap-y-0.5 text-muted">
        <dt>For</dt>
        <dd className="min-w-0 break-words text-text">{names.join(", ") || "no names"}</dd>
        <dt>Used by</dt>
        <dd className="min-w-0 break-words">
          {usedBy.map((user, index) => {
            const href = paths.reported(user);
            const text = `${user.kind} ${user.namespace}/${user.name}`;
            return (
              <span key={text}>
                {index > 0 && ", "}
                {href === undefined ? text : <TextLink href={href}>{text}</TextLink>}
              </span>
            );
          })}
        </dd>
        <dt>Issuer</dt>
        <dd className="min-w-0 break-words">{issuer ?? "not known"}</dd>
        <dt>SHA-256</dt>
        <dd className="min-w-0 font-mono text-xs break-all">{fingerprint ?? "not known"}</dd>
        <dt>Nodes</dt>
        <dd className="min-w-0 break-words">{nodes.join(", ") || "none"}</dd>
      </dl>
    </li>
  );
}
