import { nodeStateWords, weightWords } from "../../domain/topology/node-words.ts";
import { topologyRows } from "../../domain/topology/topology-rows.ts";
import type { TopologyView, ViewNode } from "../../domain/topology/view-topology.ts";
import { StateBadge } from "../../ui/state-badge.tsx";
import { TextLink } from "../../ui/text-link.tsx";

interface TopologyTableProps {
  readonly view: TopologyView;
  readonly hrefOf: (node: ViewNode) => string | undefined;
  readonly focusHrefOf: (node: ViewNode) => string | undefined;
}

/** Lines of the list; more of them are found by filtering. */
const MOST_ROWS = 400;

/** The topology as a list: each thing below every one that sends requests to it. */
export function TopologyTable({ view, hrefOf, focusHrefOf }: TopologyTableProps) {
  const { rows, more } = topologyRows(view, MOST_ROWS);
  return (
    <>
      <table className="w-full table-fixed overflow-hidden rounded-lg border border-line bg-surface text-left text-sm">
        <caption className="sr-only">Topology: each thing below every one that sends requests to it</caption>
        <thead className="text-xs text-muted">
          <tr>
            <th scope="col" className="px-3 py-2 font-medium">
              Name
            </th>
            <th scope="col" className="hidden w-28 px-3 py-2 font-medium sm:table-cell">
              Kind
            </th>
            <th scope="col" className="hidden px-3 py-2 font-medium md:table-cell">
              Detail
            </th>
            <th scope="col" className="w-28 px-3 py-2 font-medium">
              State
            </th>
            <th scope="col" className="w-16 px-3 py-2 font-medium sm:w-20">
              <span className="sr-only">Focus</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, node, depth, weight }) => {
            const href = hrefOf(node);
            const focusHref = focusHrefOf(node);
            return (
              <tr key={key} className="border-t border-line hover:bg-sunken">
                <th scope="row" className="px-3 py-2 font-medium break-words">
                  <span className="block" style={{ paddingInlineStart: `${depth * 0.875}rem` }}>
                    <span className="sr-only">level {depth + 1}: </span>
                    {href === undefined ? node.label : <TextLink href={href}>{node.label}</TextLink>}
                    {weight !== null && (
                      <span className="ml-2 text-xs font-normal text-muted">{weightWords(weight)}</span>
                    )}
                    <span className="block text-xs font-normal text-muted">
                      <span className="sm:hidden">{node.shows === "node" ? node.kind : ""} </span>
                      {node.namespace}
                    </span>
                  </span>
                </th>
                <td className="hidden truncate px-3 sm:table-cell">{node.shows === "node" ? node.kind : "several"}</td>
                <td className="hidden px-3 py-2 break-words text-muted md:table-cell">{node.detail}</td>
                <td className="px-3">
                  <StateBadge {...nodeStateWords(node.state)} />
                </td>
                <td className="px-3">
                  {focusHref !== undefined && (
                    <TextLink href={focusHref}>
                      Focus<span className="sr-only"> {`on ${node.kind} ${node.label}`}</span>
                    </TextLink>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {more && (
        <p className="mt-2 text-sm text-muted">These are the first {MOST_ROWS} lines: filter or focus to see others.</p>
      )}
    </>
  );
}
