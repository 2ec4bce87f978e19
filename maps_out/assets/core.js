// Data, words, numbers and elements: what every other file of the page uses.
(function (S) {
  "use strict";

  S.data = JSON.parse(document.getElementById("siting-data").textContent);
  S.language = S.data.language;

  // Text of a key in the language shown; {name} is filled from `values`.
  S.t = function (key, values) {
    const text = S.data.strings[S.language][key];
    if (text === undefined) throw new Error("no text for " + key);
    return text.replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? String(values[name]) : whole));
  };

  // Text of a key that may have none, as for a word that comes from the result.
  S.known = (key, word) => S.data.strings[S.language][key] || word;

  // A pair {zh, en} in the language shown, or the other one where a name has no translation.
  S.say = (pair) => pair[S.language] || pair.zh || pair.en || "";

  // Cell of a column; text columns are coded as distinct values `v` and an index `i` per row.
  S.at = (column, row) => (Array.isArray(column) ? column[row] : column.v[column.i[row]]);
  S.both = (table, name, row) => S.say({ zh: S.at(table[name + "zh"], row), en: S.at(table[name + "en"], row) });

  // Element with attributes and children; strings become text, never markup.
  S.el = function (tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "on") for (const [event, action] of Object.entries(value)) element.addEventListener(event, action);
      else if (name === "style") Object.assign(element.style, value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
  };

  S.svg = function (tag, attributes, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  const NONE = "–";

  S.number = function (value, digits = 0) {
    if (value === null || value === undefined) return NONE;
    return value.toLocaleString("en-US", { minimumFractionDigits: 0, maximumFractionDigits: digits });
  };

  // Amounts are estimates: large ones are read in 万 or millions.
  S.amount = function (value) {
    if (value !== null && S.language === "zh" && value >= 1e5) return S.t("amount_wan", { amount: S.number(value / 1e4, value < 1e6 ? 1 : 0) });
    if (value !== null && value >= 1e6) return S.t("amount_million", { amount: S.number(value / 1e6, 1) });
    return S.number(value, value === null || Math.abs(value) >= 100 ? 0 : 1);
  };

  S.percent = function (share, digits = 0) {
    if (share === null || share === undefined) return NONE;
    return S.number(100 * share, digits) + "%";
  };

  // A share that is not quite all must not be shown as all, nor a little as nothing.
  S.share = function (share) {
    if (share === null || share === undefined) return NONE;
    if (share > 0.99 && share < 1 - 1e-9) return S.number(Math.floor(share * 1000) / 10, 1) + "%";
    if (share > 0 && share < 0.01) return S.number(Math.max(0.1, share * 100), 1) + "%";
    return S.percent(share);
  };

  // A gap is rounded up: a proof must not look better than it is; below a millionth an answer is called optimal.
  S.gap = (gap) => (gap === null || gap === undefined ? NONE : S.percent(Math.max(Math.ceil((gap - 1e-6) * 1e4), 0) / 1e4, 2));

  // What has no size is not used to a share of it.
  S.sized = !S.data.kpis.objective || S.data.kpis.objective.capacities;

  S.money = function (cny) {
    if (cny === null || cny === undefined) return NONE;
    if (S.language === "en") return S.t("money_million", { amount: S.number(cny / 1e6, Math.abs(cny) < 1e8 ? 1 : 0) });
    if (Math.abs(cny) >= 1e8) return S.t("money_yi", { amount: S.number(cny / 1e8, 2) });
    return S.t("money_wan", { amount: S.number(cny / 1e4, Math.abs(cny) < 1e6 ? 1 : 0) });
  };

  // Money for a column whose heading names the unit: 万元 or million CNY.
  S.moneyPlain = (cny) => S.number(cny === null ? null : cny / (S.language === "zh" ? 1e4 : 1e6), S.language === "zh" ? 0 : 1);

  const UNITS = { kWh: "unit_kwh", swaps: "unit_swaps", kg: "unit_kg", t: "unit_t", stations: "unit_stations", modules: "unit_modules", places: "unit_places" };
  S.unit = (unit) => (UNITS[unit] ? S.t(UNITS[unit]) : (unit || "").replace("CNY", S.t("unit_cny")));
  S.daily = (value, unit) => S.t("per_day", { amount: S.amount(value), unit: S.unit(unit) });
  S.serviceName = (service) => S.t("service_" + service);

  S.type = (id) => S.data.types.find((entry) => entry.id === id);
  S.typeName = (id) => S.say({ zh: S.type(id).label_zh, en: S.type(id).label_en });

  // "near X, 1.2 km" for a facility.
  S.near = function (row) {
    const sites = S.data.facilities;
    const place = S.both(sites, "place_", row);
    const km = S.at(sites.place_km, row);
    if (!place) return "";
    return km === null || km < 0.1 ? S.t("at_place", { place }) : S.t("near_place", { place, km: S.number(km, 1) });
  };

  // Year in which a facility opens, said only where there are several.
  S.openingYear = function (row) {
    const year = S.at(S.data.facilities.year, row);
    return year === null || (S.data.meta.years || []).length < 2 ? "" : String(year);
  };

  S.districtName = function (id) {
    const row = S.data.districts.zh.v.indexOf(id);
    return row < 0 ? id : S.both(S.data.districts, "", S.data.districts.zh.i.indexOf(row));
  };
})((window.siting = {}));
