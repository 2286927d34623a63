// {nodes: [{id, label, side: "left"|"right", shade or null}], flows: [[from, to, count], ..]}: movers only, the subtitle counts those who stayed
import { font, shade, token } from "./tokens.js";

export function sankey(spec) {
  return {
    tooltip: {
      trigger: "item", renderMode: "richText", confine: true, backgroundColor: token("ink"), borderWidth: 0, textStyle: { color: token("surface"), fontSize: 12 },
      formatter: ({ dataType, data }) => (dataType === "edge" ? `${data.words}  ${data.value}` : data.label.formatter),
    },
    series: [{
      type: "sankey", left: 84, right: 92, top: 14, bottom: 12, nodeWidth: 9, nodeGap: 14, layoutIterations: 0, draggable: false,
      emphasis: { disabled: true },
      label: { color: token("ink-2"), fontSize: 12, fontFamily: font() },
      lineStyle: { color: "source", opacity: 0.38, curveness: 0.5 },
      data: spec.nodes.map((node) => ({
        name: node.id,
        depth: node.side === "left" ? 0 : 1,
        itemStyle: { color: node.shade ? shade(node.shade) : token("ink-3") },
        label: { position: node.side, formatter: node.label },
      })),
      links: spec.flows.map(([source, target, value]) => ({
        source, target, value,
        words: [source, target].map((id) => spec.nodes.find((node) => node.id === id)?.word ?? "").join(" → "),
      })),
    }],
  };
}
