import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { Boxes, CircleDot, DoorOpen, Ear, Focus, type LucideIcon, Network, Waypoints } from "lucide-react";
import { nodeStateWords } from "../../domain/topology/node-words.ts";
import type { NodeType } from "../../domain/topology/topology.ts";
import type { ViewNode } from "../../domain/topology/view-topology.ts";
import { Link } from "../../ui/link.tsx";
import { StateBadge } from "../../ui/state-badge.tsx";

/** A node of the diagram. */
export type DiagramNode = Node<{
  readonly node: ViewNode;
  /** Where it is described; undefined when the console has no page for it. */
  readonly href: string | undefined;
  /** Shows its neighbourhood; undefined for what stands for several, and for the one in focus. */
  readonly focusHref: string | undefined;
}>;

/** Size of a node in the diagram, in CSS pixels. */
export const NODE_SIZE = { width: 212, height: 64 } as const;

const SYMBOLS: Readonly<Record<NodeType, LucideIcon>> = {
  gateway: DoorOpen,
  ingress: DoorOpen,
  listener: Ear,
  route: Waypoints,
  service: Network,
  endpoint: CircleDot,
};

/** A box of the diagram: what it is, its name as a link, and its state in a symbol and a word. */
export function TopologyNode({ data: { node, href, focusHref } }: NodeProps<DiagramNode>) {
  const Icon = node.shows === "node" ? SYMBOLS[node.type] : Boxes;
  const name = node.namespace === "" ? node.label : `${node.label} in ${node.namespace}`;
  return (
    <div
      className={`flex h-16 w-53 flex-col justify-center gap-1 rounded-md border bg-surface px-2.5 text-sm ${
        node.shows === "node" ? "border-line-strong/60" : "border-dashed border-line-strong/60"
      }`}
      title={node.detail === "" ? name : `${name}: ${node.detail}`}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} className="opacity-0" />
      <div className="flex items-center gap-1.5 text-xs text-muted">
        <Icon aria-hidden size={13} className="shrink-0" />
        <span className="min-w-0 flex-1 truncate">{node.shows === "node" ? node.kind : node.detail}</span>
        <StateBadge {...nodeStateWords(node.state)} />
      </div>
      <div className="flex items-center gap-1.5">
        <span className="min-w-0 flex-1 truncate font-medium">
          {href === undefined ? (
            node.label
          ) : (
            <Link href={href} className="text-accent underline-offset-2 hover:underline">
              {node.label}
            </Link>
          )}
        </span>
        {focusHref !== undefined && (
          <Link
            href={focusHref}
            aria-label={`Show only what ${node.kind} ${name} is connected with`}
            className="rounded p-0.5 text-muted hover:bg-sunken hover:text-text"
          >
            <Focus aria-hidden size={14} />
          </Link>
        )}
      </div>
      <Handle type="source" position={Position.Right} isConnectable={false} className="opacity-0" />
    </div>
  );
}
