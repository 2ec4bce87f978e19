// Start: put the parts together, switch language, select, and keep language and view in the address.
(function (S) {
  "use strict";

  window.__counts = {};
  const BLANK = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";

  // Open a popup of a layer, whose content can be made again in the other language.
  S.open = function (latlng, layer, make) {
    Object.assign(S, { opened: make, openedFrom: layer });
    const wide = window.innerWidth >= 900;
    const height = S.map.getSize().y;
    // Room for the controls at the edges of the map.
    const room = wide ? { autoPanPaddingTopLeft: [56, 14], autoPanPaddingBottomRight: [230, 14], maxHeight: height - 70 }
      : { autoPanPaddingTopLeft: [10, 58], autoPanPaddingBottomRight: [10, 10], maxHeight: 0.45 * height };
    S.popupShown = L.popup({ maxWidth: wide ? 300 : 250, minWidth: wide ? 230 : 200, offset: [0, -2], ...room })
      .setLatLng(latlng).setContent(make()).openOn(S.map);
  };

  S.select = {
    site(row, pan) {
      if (pan) {
        const near = Math.max(S.map.getZoom(), S.homeZoom + 2);
        S.map.setView(S.sitePoint(row), near, { animate: false });
        if (window.innerWidth < 900) document.getElementById("map-area").scrollIntoView();
      }
      S.lines.show("site", row);
      S.open(S.sitePoint(row), "sites-" + S.at(S.data.facilities.status, row), () => S.popup.facility(row));
    },
    cell(cell, service, layer, make) {
      S.lines.show("cell", cell, service);
      S.open(S.cellPoint(cell), layer.id, make);
    },
  };

  function address() {
    const text = location.search.slice(1) + "&" + location.hash.slice(1);
    const found = Object.fromEntries(new URLSearchParams(text));
    const view = (found.view || "").split("/").map(Number);
    return {
      language: S.data.strings[found.lang] ? found.lang : S.data.language,
      view: view.length === 3 && view.every(Number.isFinite) ? view : null,
    };
  }

  function remember() {
    // A page inside another document has no address of its own.
    if (location.protocol === "about:") return;
    const { lat, lng } = S.map.getCenter();
    const view = [S.map.getZoom(), lat.toFixed(5), lng.toFixed(5)].join("/");
    history.replaceState(null, "", "#lang=" + S.language + "&view=" + view);
  }

  S.setLanguage = function (language) {
    S.language = language;
    S.panel();
    S.table();
    S.nameControl();
    S.legend();
    S.labels.place();
    attribution.textContent = S.t("attribution", {
      // Its licence asks for the credit where the map is; the line is cut at its end.
      credit: /OpenStreetMap|ODbL/.test(S.sources().join()) ? S.t("credit_osm") : "", sources: S.sources().join("; "),
    });
    attribution.title = attribution.textContent;
    zoomTexts();
    if (S.popupShown && S.popupShown.isOpen()) S.popupShown.setContent(S.opened());
    remember();
  };

  function zoomTexts() {
    for (const [name, key] of [["in", "zoom_in"], ["out", "zoom_out"]]) {
      const button = S.map.getContainer().querySelector(".leaflet-control-zoom-" + name);
      button.title = S.t(key);
      button.setAttribute("aria-label", S.t(key));
    }
  }

  // Sources stand on the map itself; Leaflet's own control would read them as markup.
  const attribution = S.el("div", { class: "sources" });
  const Attribution = L.Control.extend({ onAdd: () => attribution });

  // Markers shrink when far away, so that a city full of stations stays readable.
  function scaleMarkers() {
    const closer = S.map.getZoom() - S.homeZoom;
    const many = S.data.facilities.x.length;
    const home = (many > 2000 ? 0.4 : many > 400 ? 0.58 : 0.72) * (window.innerWidth < 900 ? 0.8 : 1);
    S.markerScale = Math.min(1.15, Math.max(home, home + 0.16 * closer));
    S.map.getContainer().style.setProperty("--marker", S.markerScale.toFixed(2));
  }

  S.start = function ({ map, control, groups }) {
    Object.assign(S, { map, control, groups });
    window.__map = map;
    L.Icon.Default.imagePath = "";
    L.Icon.Default.mergeOptions({ iconUrl: BLANK, iconRetinaUrl: BLANK, shadowUrl: BLANK });
    document.getElementById("map-area").append(map.getContainer());
    S.canvas = L.canvas({ padding: 0.3, tolerance: 4 });
    map.invalidateSize({ animate: false });
    const { language, view } = address();
    S.language = language;
    map.fitBounds(S.data.bounds, { padding: [12, 12], animate: false });
    S.homeZoom = map.getZoom();
    if (view) map.setView([view[1], view[2]], view[0], { animate: false });
    new Attribution({ position: "bottomleft" }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    scaleMarkers();
    S.startLegend();
    S.startControl();
    S.startTable();
    S.startLayers();
    S.setLanguage(language);
    map.getPane("popupPane").setAttribute("aria-live", "polite");
    map.on("zoomend", scaleMarkers);
    map.on("moveend", remember);
    map.on("preclick", S.lines.clear);
    map.on("popupclose", () => { S.popupShown = null; });
    for (const button of document.querySelectorAll("[data-language]")) {
      button.addEventListener("click", () => S.setLanguage(button.dataset.language));
    }
    window.addEventListener("hashchange", () => {
      const wanted = address();
      if (wanted.view) map.setView([wanted.view[1], wanted.view[2]], wanted.view[0], { animate: false });
      if (wanted.language !== S.language) S.setLanguage(wanted.language);
    });
    matchMedia("print").addEventListener("change", (event) => {
      if (event.matches) document.querySelector(".legend").open = true;
      map.invalidateSize({ animate: false });
    });
    window.__ready = true;
  };
})(window.siting);
