// The legend: entries of the layers that are on, with units and with colours as drawn.
(function (S) {
  "use strict";

  const HEIGHT = { circle: 18 };
  let box = null;

  const line = (symbol, text) => S.el("div", { class: "entry" }, S.el("span", { class: "symbol" }, symbol), S.el("span", {}, text));
  const patch = (colour, kind) => S.el("i", { class: "patch " + kind, style: { background: colour } });

  function mark(entry) {
    const svg = S.svg("svg", { width: 16, height: 16, viewBox: "-8 -8 16 16", "aria-hidden": "true" });
    for (const part of S.MARKS[entry.mark]) {
      svg.append(S.svg("polyline", {
        points: part.map(([x, y]) => (6 * x).toFixed(1) + "," + (6 * y).toFixed(1)).join(" "), fill: "none", stroke: entry.colour, "stroke-width": 2,
      }));
    }
    return svg;
  }

  function ramp(entry) {
    return S.el("div", { class: "ramp" }, S.el("div", {}, S.say(entry.label)), S.el("div", { class: "steps" }, entry.steps.map((step) =>
      S.el("span", {}, patch(step.colour, "step"), Math.round(100 * step.from) + "–" + Math.round(100 * step.to) + "%"))));
  }

  // Circle sizes depend on the zoom, so they are measured on the map as it stands.
  function sizes(entry) {
    const { data } = S.data.layers.find((layer) => layer.id === "demand-" + entry.service);
    const nice = (value) => Number(value.toPrecision(1));
    const largest = nice(entry.reference);
    const north = S.map.getCenter().lat;
    const metres = 40075016.7 * Math.cos((north * Math.PI) / 180) / (256 * Math.pow(2, S.map.getZoom()));
    const radius = (value) => Math.max(1.4, (data.radius_m * Math.sqrt(value / data.reference)) / metres);
    if (radius(largest) > HEIGHT.circle) return line("", S.say(entry.label));
    return S.el("div", {}, S.el("div", {}, S.say(entry.label)), [largest, largest / 4].map((value) => {
      const r = radius(value);
      const circle = S.svg("svg", { width: 36, height: 2 * Math.ceil(r) + 2, viewBox: [-18, -r - 1, 36, 2 * r + 2].join(" "), "aria-hidden": "true" },
        S.svg("circle", { r, fill: "#7b8794" }));
      return line(circle, S.daily(value, data.unit));
    }));
  }

  const SWATCH = {
    status: () => null,
    type: (entry) => line(S.symbol(entry.type, "new", 7), S.say(entry.label)),
    ramp,
    sizes,
    mark: (entry) => line(mark(entry), S.say(entry.label)),
    area: (entry) => line(patch(entry.colour, "area"), S.say(entry.label)),
    outline: (entry) => line(patch(entry.colour, "outline"), S.say(entry.label)),
    line: (entry) => line(patch(entry.colour, "stroke"), S.say(entry.label)),
    note: (entry) => S.el("p", { class: "small" }, S.say(entry.label)),
  };

  const shown = () => S.data.layers.filter((layer) => S.map.hasLayer(S.groups[layer.id]));

  // Types and statuses are listed once, however many station layers are on.
  function stations() {
    const entries = shown().filter((layer) => layer.group === "stations").flatMap((layer) => layer.legend);
    const present = new Set(entries.filter((entry) => entry.swatch === "type").map((entry) => entry.type));
    const types = S.data.types.filter((type) => present.has(type.id));
    if (types.length === 0) return [];
    const statuses = entries.filter((entry) => entry.swatch === "status");
    return [
      S.el("h4", {}, S.t("group_stations")),
      ...types.map((type) => line(S.symbol(type.id, "new", 7), S.typeName(type.id))),
      S.el("div", { class: "statuses" }, statuses.map((entry) => line(S.symbol(types[0].id, entry.status, 7), S.say(entry.label)))),
    ];
  }

  function others() {
    const seen = new Set();
    return shown().filter((layer) => layer.group !== "stations" && layer.legend.length > 0)
      .filter((layer) => layer.kind !== "lines" || window.__counts.lines > 0)
      .flatMap((layer) => [
        ["polygons", "roads"].includes(layer.kind) ? "" : S.el("h4", {}, S.say(layer.title)),
        layer.kind === "lines" ? S.el("div", { class: "inline" }, layer.legend.map((entry) => SWATCH.line(entry))) : "",
        ...(layer.kind === "lines" ? [] : layer.legend).filter((entry) => entry.swatch !== "note" || !seen.has(entry.label.zh) && seen.add(entry.label.zh))
          .map((entry) => SWATCH[entry.swatch](entry)),
      ].filter(Boolean));
  }

  S.legend = function () {
    if (!box) return;
    box.replaceChildren(S.el("summary", {}, S.t("legend_heading")), S.el("div", { class: "entries" }, [...stations(), ...others()]));
  };

  S.foldLegend = () => {
    if (box) box.open = false;
  };

  S.startLegend = function () {
    const Legend = L.Control.extend({
      onAdd() {
        box = S.el("details", { class: "legend", open: window.innerWidth >= 1200 });
        L.DomEvent.disableClickPropagation(box);
        L.DomEvent.disableScrollPropagation(box);
        // Beside an open layer control there is no room for it.
        box.addEventListener("toggle", () => box.open && window.innerWidth < 1100 && S.control.collapse());
        return box;
      },
    });
    new Legend({ position: "bottomright" }).addTo(S.map);
    S.map.on("zoomend", S.legend);
  };
})(window.siting);
