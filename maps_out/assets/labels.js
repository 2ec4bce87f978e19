// Names for orientation: by rank, few at low zoom, none over another; of a place below it, where a station may stand.
(function (S) {
  "use strict";

  const HEIGHT = 16;
  const BELOW = 14;
  const context = document.createElement("canvas").getContext("2d");
  let layer = null;
  let group = null;

  function start(entry, target) {
    layer = entry;
    group = target;
    const pane = S.map.getPane("names") || S.map.createPane("names");
    Object.assign(pane.style, { zIndex: 640, pointerEvents: "none" });
    S.map.on("moveend", place);
    place();
  }

  // How many names a view may hold: one per block of the screen, more as the reader comes closer.
  function allowed() {
    const size = S.map.getSize();
    const closer = Math.max(0, S.map.getZoom() - S.homeZoom);
    return Math.round((size.x * size.y * Math.pow(1.6, closer)) / 42000);
  }

  function place() {
    if (!group || !S.map.hasLayer(group)) return;
    group.clearLayers();
    const { data } = layer;
    const size = S.map.getSize();
    const taken = [];
    let left = allowed();
    for (let row = 0; row < data.x.length && left > 0; row += 1) {
      const text = S.both(data, "", row);
      const district = data.rank[row] === 0;
      const at = S.map.latLngToContainerPoint([data.y[row], data.x[row]]);
      context.font = (district ? "600 14px " : "12px ") + "sans-serif";
      const half = context.measureText(text).width / 2 + 8;
      const middle = at.y + (district ? 0 : BELOW);
      const box = [at.x - half, middle - HEIGHT / 2 - 3, at.x + half, middle + HEIGHT / 2 + 3];
      const outside = box[2] < 0 || box[3] < 0 || box[0] > size.x || box[1] > size.y;
      if (!text || outside || taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      left -= 1;
      L.marker([data.y[row], data.x[row]], { pane: "names", interactive: false, keyboard: false, icon: icon(text, district) })
        .addTo(group);
    }
    window.__counts[layer.id] = group.getLayers().length;
  }

  const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

  function icon(text, district) {
    const html = S.el("span", { class: district ? "name district-name" : "name" }, text);
    return L.divIcon({ className: "name-anchor", html, iconSize: [0, 0], iconAnchor: [0, district ? 0 : -BELOW] });
  }

  S.labels = { start, place };
})(window.siting);
