// Lines from the selected facility or demand cell to those it is assigned to.
(function (S) {
  "use strict";

  let layer = null;
  let group = null;
  const byFacility = new Map();
  const byCell = new Map();

  function start(entry, target) {
    layer = entry;
    group = target;
    const pane = S.map.getPane("lines") || S.map.createPane("lines");
    Object.assign(pane.style, { zIndex: 450, pointerEvents: "none" });
    const { data } = layer;
    const note = (index, key, row) => (index.has(key) ? index.get(key).push(row) : index.set(key, [row]));
    data.facility.forEach((facility, row) => note(byFacility, facility, row));
    data.cell.forEach((cell, row) => note(byCell, cell, row));
  }

  function clear() {
    if (group) group.clearLayers();
    counted();
  }

  function counted() {
    if (group) window.__counts.lines = S.map.hasLayer(group) ? group.getLayers().length : 0;
    S.legend();
  }

  // A new selection replaces the old one; while the layer is off, nothing is drawn.
  function show(kind, key, service) {
    clear();
    if (!group || !S.map.hasLayer(group)) return;
    const { data } = layer;
    const rows = kind === "site" ? byFacility.get(key) || [] : ofService(key, service);
    const most = Math.max(...rows.map((row) => data.served[row] || 0), 1e-9);
    for (const row of rows) {
      L.polyline([S.cellPoint(data.cell[row]), S.sitePoint(data.facility[row])], {
        pane: "lines", interactive: false, color: data.colours[data.services[data.service[row]]],
        weight: 1 + 2.5 * Math.sqrt((data.served[row] || 0) / most), opacity: 0.85,
      }).addTo(group);
    }
    if (kind === "site") reach(key);
    counted();
  }

  function reach(row) {
    const km = S.data.facilities.reach_km[row];
    if (km === null) return;
    L.circle(S.sitePoint(row), {
      pane: "lines", interactive: false, radius: 1000 * km, color: "#1c2733", weight: 1.2, dashArray: "4 5", fill: false,
    }).addTo(group);
  }

  const ofService = (cell, service) =>
    (byCell.get(cell) || []).filter((row) => layer.data.services[layer.data.service[row]] === service);

  // Who serves a cell, most first, for its popup.
  function ofCell(cell, service) {
    return ofService(cell, service).map((row) => ({
      facility: layer.data.facility[row], served: layer.data.served[row],
      time_min: layer.data.time_min[row], distance_km: layer.data.distance_km[row],
    })).sort((a, b) => b.served - a.served);
  }

  S.lines = { start, clear, show, ofCell };
})(window.siting);
