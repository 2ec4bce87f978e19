// One drawing function per kind of layer, and the layer control with its names and the legend.
(function (S) {
  "use strict";

  const draw = {};

  draw.polygons = function (layer, group) {
    const { data } = layer;
    // The fill has a pane of its own below all others, or it would hide the reach; the outline takes the clicks.
    Object.assign(S.map.createPane("ground").style, { zIndex: 350, pointerEvents: "none" });
    const ground = L.polygon(data.rings.flat(), {
      pane: "ground", renderer: L.svg({ pane: "ground" }), interactive: false, stroke: false, fillColor: data.fill, fillOpacity: 1,
    }).addTo(S.map);
    group.on("add", () => ground.addTo(S.map)).on("remove", () => ground.remove());
    data.rings.forEach((parts, row) => {
      L.polygon(parts, { renderer: S.canvas, color: data.line, weight: 1.2, fillOpacity: 0, lineJoin: "round" }).on("click", (event) => S.open(event.latlng, layer.id, () => S.popup.district(layer, row))).addTo(group);
    });
  };

  draw.circles = function (layer, group) {
    const { data } = layer;
    const colour = (share) => data.ramp[data.bounds.filter((bound) => share >= bound).length];
    data.cell.forEach((cell, row) => {
      const radius = data.radius_m * Math.sqrt(data.demand[row] / data.reference);
      new S.DotCircle(S.cellPoint(cell), {
        renderer: S.canvas, radius, least: 1.4, stroke: false, fillColor: colour(data.share[row]), fillOpacity: data.opacity,
      }).on("click", () => S.select.cell(cell, data.service, layer, () => S.popup.demand(layer, row))).addTo(group);
    });
  };

  draw.paths = function (layer, group) {
    const { data } = layer;
    const colour = (share) => data.ramp[data.bounds.filter((bound) => share >= bound).length];
    const most = Math.max(...data.vehicles, 1e-9);
    data.lines.forEach((line, row) => {
      L.polyline(line, {
        renderer: S.canvas, color: colour(data.share[row]), opacity: data.opacity, weight: Math.max(0.8, 7 * Math.sqrt(data.vehicles[row] / most)),
      }).on("click", (event) => S.open(event.latlng, layer.id, () => S.popup.flow(layer, row))).addTo(group);
    });
  };

  draw.roads = function (layer, group) {
    const { data } = layer;
    // Above the ground and under all that stands for an answer.
    Object.assign(S.map.createPane("roads").style, { zIndex: 360, pointerEvents: "none" });
    const renderer = L.canvas({ pane: "roads", padding: 0.3 });
    data.lines.forEach((line, row) => {
      L.polyline(line, { pane: "roads", renderer, interactive: false, color: data.colour, weight: data.width[row], smoothFactor: 0.5 }).addTo(group);
    });
  };

  draw.marks = function (layer, group) {
    const { data } = layer;
    data.cell.forEach((cell, row) => {
      const none = data.unreachable[row] > 0.5 * data.unserved[row];
      const part = Math.min(1, data.radius_m[row] / data.reference_m);
      new S.CornerCircle(S.cellPoint(cell), {
        renderer: S.canvas, corners: S.MARKS[none ? "cross" : "ring"], radius: data.radius_m[row], least: 0.9,
        color: data.colours[none ? "none" : "short"], weight: 0.7 + 1.1 * part, opacity: 0.3 + 0.7 * part, fill: false,
      }).on("click", () => S.select.cell(cell, data.services[data.service[row]], layer, () => S.popup.unserved(layer, row))).addTo(group);
    });
  };

  draw.markers = function (layer, group) {
    const sites = S.data.facilities;
    for (const row of layer.data.rows) {
      const [type, status] = [S.at(sites.type, row), S.at(sites.status, row)];
      const radius = S.radius(sites.modules[row]);
      const style = S.style(type, status);
      const marker = layer.data.canvas
        ? new S.CornerMarker(S.sitePoint(row), {
          renderer: S.canvas, corners: [S.type(type).corners], radius, scaled: true, color: style.stroke,
          weight: 0.7 * style.weight, fillColor: style.fill, fillOpacity: 1,
        })
        : L.marker(S.sitePoint(row), {
          // The table of sites is the way by keyboard: a thousand markers would be a thousand stops.
          keyboard: false, icon: icon(type, status, radius), zIndexOffset: status === "existing" ? -1000 : 0,
        });
      marker.on("click", () => S.select.site(row)).addTo(group);
    }
  };

  const icon = (type, status, radius) =>
    L.divIcon({ className: "site-marker", html: S.symbol(type, status, radius), iconSize: [24, 24] });

  draw.reach = function (layer, group) {
    const { data, id } = layer;
    const pane = S.map.getPane(id) || S.map.createPane(id);
    // Opaque circles in a translucent pane: overlaps do not add up, so the area keeps the legend's colour.
    Object.assign(pane.style, { zIndex: 390, opacity: data.opacity, pointerEvents: "none" });
    const renderer = L.canvas({ pane: id, padding: 0.3 });
    for (const row of data.rows) {
      const km = S.data.facilities.reach_km[row];
      if (km === null) continue;
      L.circle(S.sitePoint(row), {
        pane: id, renderer, radius: 1000 * km, stroke: false, fillColor: data.colour, fillOpacity: 1, interactive: false,
      }).addTo(group);
    }
  };

  draw.labels = (layer, group) => S.labels.start(layer, group);
  draw.lines = (layer, group) => S.lines.start(layer, group);

  S.sitePoint = (row) => [S.data.facilities.y[row], S.data.facilities.x[row]];
  S.cellPoint = (cell) => [S.data.cells.y[cell], S.data.cells.x[cell]];

  // Polygons lie under everything else on the shared canvas, however layers are switched.
  function order() {
    for (const layer of S.data.layers) {
      if (layer.kind === "polygons" && S.map.hasLayer(S.groups[layer.id])) S.groups[layer.id].bringToBack();
      if ((layer.kind === "marks" || layer.data.canvas) && S.map.hasLayer(S.groups[layer.id])) {
        S.groups[layer.id].bringToFront();
      }
    }
  }

  // Draw a layer when it is first shown, and keep the counts that tests read.
  S.startLayers = function () {
    for (const layer of S.data.layers) {
      const group = S.groups[layer.id];
      let drawn = false;
      const shown = () => {
        if (!drawn) draw[layer.kind](layer, group);
        drawn = true;
        order();
        count();
      };
      const count = () => {
        window.__counts[layer.id] = S.map.hasLayer(group) ? group.getLayers().length : 0;
        S.legend();
      };
      const hidden = () => {
        if (S.popupShown && S.openedFrom === layer.id) {
          S.map.closePopup();
          S.lines.clear();
        }
        count();
      };
      group.on("add", shown).on("remove", hidden);
      if (S.map.hasLayer(group)) shown();
      else count();
    }
  };

  // Names and headings of the layer control are texts of ours, put in as text.
  S.startControl = function () {
    const { control } = S;
    const addItem = control._addItem;
    control._addItem = function (item) {
      const label = addItem.call(this, item);
      const layer = S.data.layers.find((entry) => entry.id === item.name);
      const list = label.parentNode;
      label.querySelector("span span").textContent = " " + S.say(layer.title);
      label.dataset.layer = layer.id;
      if (list.dataset.group !== layer.group) {
        list.insertBefore(S.el("div", { class: "group" }, S.t("group_" + layer.group)), label);
        list.dataset.group = layer.group;
      }
      return label;
    };
    S.nameControl();
    control.getContainer().setAttribute("role", "group");
    if (window.innerWidth < 1100) {
      control.collapse();
      S.map.on("click popupopen", () => control.collapse());
      // There is room for one of the three.
      const expand = control.expand;
      control.expand = function () {
        S.map.closePopup();
        S.foldLegend();
        return expand.call(this);
      };
    }
  };

  S.nameControl = function () {
    delete S.control._overlaysList.dataset.group;
    S.control._update();
    const toggle = S.control.getContainer().querySelector(".leaflet-control-layers-toggle");
    toggle.title = S.t("layers_label");
    toggle.setAttribute("aria-label", S.t("layers_label"));
    S.control.getContainer().setAttribute("aria-label", S.t("layers_label"));
  };
})(window.siting);
