import { useQueries, useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api-provider.tsx";
import { certificatesQuery, clustersQuery } from "../api/queries.ts";
import { certificateWarning } from "../domain/certificate-warnings.ts";
import { paths } from "../paths.ts";
import { Notice } from "../ui/notice.tsx";
import { TextLink } from "../ui/text-link.tsx";

/** On every page: certificates that have expired, will soon, or cannot be used, cluster by cluster. */
export function CertificateBanner() {
  const client = useApi();
  const { data: clusters = [] } = useQuery(clustersQuery(client));
  const warnings = useQueries({
    queries: clusters.map(({ id }) => certificatesQuery(client, id)),
    combine: (results) =>
      results.flatMap(({ data }, index) => {
        const cluster = clusters[index];
        const warning = data && certificateWarning(data.items);
        return warning === undefined || cluster === undefined ? [] : [{ cluster, warning }];
      }),
  });
  if (warnings.length === 0) return null;
  return (
    <section aria-label="Certificate warnings" className="mb-4 flex flex-col gap-2">
      {warnings.map(({ cluster: { id, name }, warning: { severity, text } }) => (
        <Notice key={id} severity={severity} title={`In ${name}: ${text}`}>
          <TextLink href={paths.cluster(id)}>Show the certificates of {name}</TextLink>
        </Notice>
      ))}
    </section>
  );
}
