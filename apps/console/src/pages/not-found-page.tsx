import { paths } from "../paths.ts";
import { Empty } from "../ui/empty.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { TextLink } from "../ui/text-link.tsx";

/** An address that leads nowhere. */
export function NotFoundPage() {
  return (
    <>
      <PageHeader title="Not found" />
      <Empty title="There is no such page.">
        It may have moved, or what it showed was deleted.{" "}
        <TextLink href={paths.clusters()}>Go to the clusters</TextLink>
      </Empty>
    </>
  );
}
