import { Controls, type Edge, MarkerType, ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { useEffect, useMemo } from "react";
import { weightWords } from "../../domain/topology/node-words.ts";
import { placeNodes } from "../../domain/topology/place-nodes.ts";
import type { TopologyView, ViewNode } from "../../domain/topology/view-topology.ts";
import { type DiagramNode, NODE_SIZE, TopologyNode } from "./topology-node.tsx";

interface TopologyDiagramProps {
  readonly view: TopologyView;
  readonly hrefOf: (node: ViewNode) => string | undefined;
  readonly focusHrefOf: (node: ViewNode) => string | undefined;
}

const NODE_TYPES = { topology: TopologyNode };
const LAYOUT = { columnWidth: NODE_SIZE.width + 88, rowHeight: NODE_SIZE.height + 16 };

/** The topology as a picture, to be moved and zoomed. Everything in it is in the list too. */
export function TopologyDiagram(props: TopologyDiagramProps) {
  return (
    <ReactFlowProvider>
      <Diagram {...props} />
    </ReactFlowProvider>
  );
}

function Diagram({ view, hrefOf, focusHrefOf }: TopologyDiagramProps) {
  const { fitView } = useReactFlow();
  const places = useMemo(() => placeNodes(view.nodes, view.edges, LAYOUT), [view]);
  const nodes = view.nodes.map(
    (node): DiagramNode => ({
      id: node.id,
      type: "topology",
      position: places.get(node.id) ?? { x: 0, y: 0 },
      ...NODE_SIZE,
      data: { node, href: hrefOf(node), focusHref: focusHrefOf(node) },
    }),
  );
  const edges = useMemo(() => view.edges.map(edgeOf), [view.edges]);
  const shape = view.nodes.map(({ id }) => id).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: another set of nodes wants another section of the picture; new states do not.
  useEffect(() => void fitView(FIT), [shape, fitView]);
  return (
    <div className="topology h-[min(70dvh,44rem)] min-h-96 overflow-hidden rounded-lg border border-line bg-ground">
      <ReactFlow
        aria-label="Topology diagram"
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        onlyRenderVisibleElements
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        // The page scrolls with the wheel as every page does; zooming takes Ctrl, or the buttons.
        zoomOnScroll={false}
        preventScrolling={false}
        zoomActivationKeyCode={["Control", "Meta"]}
        minZoom={0.1}
        maxZoom={1.5}
        fitView
        fitViewOptions={FIT}
      >
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}

const FIT = { padding: 0.06, maxZoom: 1 };

function edgeOf({ from, to, weight }: TopologyView["edges"][number]): Edge {
  return {
    id: `${from} ${to}`,
    source: from,
    target: to,
    label: weightWords(weight),
    markerEnd: { type: MarkerType.ArrowClosed, color: "var(--line-strong)" },
    style: { stroke: "var(--line-strong)" },
    labelStyle: { fill: "var(--text)", fontSize: 11 },
    labelBgStyle: { fill: "var(--ground)" },
  };
}
