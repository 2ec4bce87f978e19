// The table of sites: sorted, searched, linked to the map, and saved as CSV or GeoJSON.
(function (S) {
  "use strict";

  const FIRST = 100;
  const state = { query: "", sort: "priority", down: false, all: false };
  const find = (id) => document.getElementById(id);
  const sites = S.data.facilities;

  const COLUMNS = {
    priority: { value: (k) => sites.priority[k], text: (k) => S.number(sites.priority[k]) },
    station: { value: (k) => S.typeName(S.at(sites.type, k)) },
    district: { value: (k) => S.districtName(S.at(sites.district, k)) },
    modules: { value: (k) => sites.modules[k], text: (k) => S.number(sites.modules[k]) },
    cost: { value: (k) => sites.cost_cny[k], text: (k) => S.moneyPlain(sites.cost_cny[k]) },
    ...(S.sized ? { use: { value: (k) => sites.use_share[k], text: (k) => S.share(sites.use_share[k]) } } : {}),
  };
  const FIGURES = ["modules", "cost", "use"].filter((name) => name in COLUMNS);

  // One searchable text per site, in both languages.
  const haystack = sites.priority.map((_, k) => {
    const type = S.type(S.at(sites.type, k));
    const parts = ["facility_id", "site_id", "district", "place_zh", "place_en"].map((name) => S.at(sites[name], k));
    return [...parts, S.data.districts.en.v[S.data.districts.zh.v.indexOf(parts[2])], type.label_zh, type.label_en].join("\n").toLowerCase();
  });

  function rows() {
    const words = state.query.toLowerCase().split(/\s+/).filter(Boolean);
    const { value } = COLUMNS[state.sort];
    const collator = new Intl.Collator(S.language);
    const compare = (a, b) => {
      const [x, y] = [value(a), value(b)];
      if (x === null || y === null) return (x === null) - (y === null);
      return (state.down ? -1 : 1) * (typeof x === "string" ? collator.compare(x, y) : x - y);
    };
    return haystack.map((_, k) => k).filter((k) => words.every((word) => haystack[k].includes(word)))
      .sort((a, b) => compare(a, b) || a - b);
  }

  function header() {
    return S.el("tr", {}, Object.keys(COLUMNS).map((name) => {
      const sorted = state.sort === name;
      const sort = () => {
        Object.assign(state, { sort: name, down: sorted ? !state.down : false });
        draw();
        find("sites").querySelector('[data-sort="' + name + '"]').focus();
      };
      return S.el("th", { scope: "col", "aria-sort": sorted ? (state.down ? "descending" : "ascending") : "none" },
        S.el("button", { type: "button", "data-sort": name, on: { click: sort } },
          S.t("column_" + name) + (sorted ? (state.down ? " ↓" : " ↑") : "")));
    }));
  }

  function line(k) {
    const [type, status] = [S.at(sites.type, k), S.at(sites.status, k)];
    const name = S.el("button", { type: "button", class: "link", on: { click: () => S.select.site(k, true) } }, S.typeName(type));
    const where = S.t("status_" + status) + (S.openingYear(k) ? " " + S.openingYear(k) : "") + (S.near(k) ? " · " + S.near(k) : "");
    return S.el("tr", { "data-site": S.at(sites.facility_id, k) },
      S.el("td", {}, COLUMNS.priority.text(k)),
      S.el("th", { scope: "row" }, S.el("span", { class: "with-symbol" }, S.symbol(type, status, 7), S.el("span", {}, name, S.el("span", { class: "small" }, where)))),
      S.el("td", { class: "words" }, COLUMNS.district.value(k)),
      ...FIGURES.map((column) => S.el("td", {}, COLUMNS[column].text(k))));
  }

  function draw() {
    const found = rows();
    const shown = state.all ? found : found.slice(0, FIRST);
    find("sites").tHead.replaceChildren(header());
    find("sites").tBodies[0].replaceChildren(...shown.map(line));
    find("sites-count").textContent = S.t("sites_count", { shown: S.number(shown.length), found: S.number(found.length), all: S.number(haystack.length) });
    find("show-all").hidden = shown.length === found.length;
    find("show-all").textContent = S.t("show_all", { count: S.number(found.length) });
    window.__counts.table = shown.length;
  }

  // The columns of the result's own table of sites, under the same names.
  const column = (name) => [name, (k) => S.at(sites[name], k)];
  const typed = (name) => (k) => S.type(S.at(sites.type, k))[name];
  const FIELDS = [
    ...["priority", "facility_id", "site_id", "type"].map(column),
    ["type_zh", typed("label_zh")], ["type_en", typed("label_en")], column("status"), column("year"),
    ["lon", (k) => sites.x[k]], ["lat", (k) => sites.y[k]],
    ...["place_zh", "place_en", "place_km", "district"].map(column),
    ["district_en", (k) => district(S.at(sites.district, k))],
    ...["modules", "new_modules", "cost_cny", "yearly_cost_cny", "power_kw", "use_share"].map(column),
    ...Object.entries(sites.served_columns).map(([service, name]) => [name, (k) => sites.served[service][k]]),
    ...["points_served", "reason_zh", "reason_en", "precision", "source"].map(column),
  ];

  // English name of a district, or its own where it has none.
  function district(name) {
    const { zh, en } = S.data.districts;
    const row = zh.i.indexOf(zh.v.indexOf(name));
    return (row < 0 ? "" : S.at(en, row)) || name;
  }

  const ranked = () => haystack.map((_, k) => k).sort((a, b) => sites.priority[a] - sites.priority[b] || a - b);
  const record = (k) => Object.fromEntries(FIELDS.map(([name, value]) => [name, value(k)]));

  // A spreadsheet takes text that starts with one of these for a formula.
  const FORMULA = /^\s*[=+\-@\t\r]/;
  function csvCell(value) {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    const safe = FORMULA.test(value) ? "'" + value : value;
    return /[",\n\r]/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
  }

  function save(name, type, text) {
    const link = S.el("a", { download: name, href: URL.createObjectURL(new Blob([text], { type })) });
    document.body.append(link);
    link.click();
    link.remove();
    URL.revokeObjectURL(link.href);
  }

  const fileName = (end) => "sites-" + String(S.data.meta.run_id).replace(/[^\w.-]+/g, "_") + "." + end;

  function saveCsv() {
    const lines_ = [FIELDS.map(([name]) => name).join(","), ...ranked().map((k) => FIELDS.map(([, value]) => csvCell(value(k))).join(","))];
    save(fileName("csv"), "text/csv;charset=utf-8", "\ufeff" + lines_.join("\r\n") + "\r\n");
  }

  function saveGeojson() {
    const features = ranked().map((k) => ({
      type: "Feature", properties: record(k), geometry: { type: "Point", coordinates: [sites.x[k], sites.y[k]] },
    }));
    save(fileName("geojson"), "application/geo+json", JSON.stringify({ type: "FeatureCollection", features }));
  }

  S.startTable = function () {
    find("search").addEventListener("input", (event) => {
      state.query = event.target.value;
      draw();
    });
    find("show-all").addEventListener("click", () => {
      state.all = true;
      draw();
    });
    find("download-csv").addEventListener("click", saveCsv);
    find("download-geojson").addEventListener("click", saveGeojson);
  };
  S.table = draw;
})(window.siting);
