// Popups: what, size, cost, use, who it serves, where, how exactly, why, and from which source.
(function (S) {
  "use strict";

  const row = (label, ...value) => (value.flat().some((part) => part) ? [S.el("dt", {}, label), S.el("dd", {}, ...value)] : []);
  const bar = (share) =>
    S.el("span", { class: "bar", "aria-hidden": "true" }, S.el("i", { style: { width: 100 * Math.min(1, share || 0) + "%" } }));
  const card = (title, subtitle, rows, ...rest) =>
    S.el("div", { class: "card" }, S.el("h3", {}, title), subtitle ? S.el("p", { class: "where" }, subtitle) : null,
      S.el("dl", {}, rows), ...rest);

  function size(k) {
    const sites = S.data.facilities;
    const type = S.type(S.at(sites.type, k));
    const module = S.say({ zh: type.module_zh, en: type.module_en });
    const fresh = sites.new_modules[k];
    const added = S.at(sites.status, k) !== "new" && fresh > 0 ? S.t("modules_added", { count: S.number(fresh) }) : "";
    return S.t("modules_of", { count: S.number(sites.modules[k]), module }) + added;
  }

  function serves(k) {
    const sites = S.data.facilities;
    const amounts = S.data.services
      .filter((service) => sites.served[service][k] > 0)
      .map((service) => S.el("div", {}, S.serviceName(service) + " " + S.daily(sites.served[service][k], S.data.kpis.services[service].unit)));
    return [S.el("div", {}, S.t("points_served", { count: S.number(sites.points_served[k]) })), ...amounts];
  }

  function cost(k) {
    const sites = S.data.facilities;
    const yearly = sites.yearly_cost_cny[k];
    return (sites.cost_cny[k] === 0 ? S.t("cost_none") : S.money(sites.cost_cny[k])) + (yearly ? S.t("cost_yearly", { amount: S.money(yearly) }) : "");
  }

  function power(k) {
    const { power_kw: draws, grid_kw: grid } = S.data.facilities;
    if (draws[k] === null) return "";
    return S.number(draws[k]) + " kW" + (grid[k] === null ? "" : S.t("grid_limit", { kw: S.number(grid[k]) }));
  }

  function facility(k) {
    const sites = S.data.facilities;
    const [type, status] = [S.at(sites.type, k), S.at(sites.status, k)];
    const title = [S.symbol(type, status, 9), S.el("span", {}, S.typeName(type)), S.el("span", { class: "chip " + status }, S.t("status_" + status))];
    const place = [S.near(k), S.districtName(S.at(sites.district, k))].filter(Boolean).join(" · ");
    const reach = sites.reach_km[k];
    return card(S.el("span", { class: "title" }, title), place, [
      row(S.t("popup_year"), S.openingYear(k)),
      row(S.t("popup_size"), size(k)),
      row(S.t("popup_cost"), cost(k)),
      row(S.t("popup_power"), power(k)),
      S.sized ? row(S.t("popup_use"), S.el("span", {}, S.share(sites.use_share[k])), bar(sites.use_share[k])) : [],
      row(S.t("popup_serves"), serves(k)),
      row(S.t("popup_reach"), reach === null ? "" : S.t("reach_text", { km: S.number(reach, 1), minutes: S.number(sites.standard_min[k], 1) })),
      row(S.t("popup_precision"), S.both(sites, "precision_", k)),
      row(S.t("popup_reason"), S.both(sites, "reason_", k)),
      row(S.t("popup_priority"), S.t("priority_of", { rank: S.number(sites.priority[k]), count: S.number(sites.priority.length) })),
      row(S.t("popup_source"), S.at(sites.source, k)),
    ].flat(), S.el("p", { class: "id" }, S.at(sites.facility_id, k)));
  }

  function stations(cell, service) {
    const rows = S.lines.ofCell(cell, service);
    return rows.slice(0, 6).map((entry) => {
      const site = S.data.facilities;
      const text = S.t("served_by_line", {
        station: S.typeName(S.at(site.type, entry.facility)), minutes: S.number(entry.time_min, 1), km: S.number(entry.distance_km, 1),
        amount: S.daily(entry.served, S.data.kpis.services[service].unit),
      });
      return S.el("div", {}, S.el("button", { type: "button", class: "link", on: { click: () => S.select.site(entry.facility, true) } }, text));
    }).concat(rows.length > 6 ? [S.el("div", {}, S.t("and_more", { count: rows.length - 6 }))] : []);
  }

  const cellPlace = (cell) => [S.districtName(S.at(S.data.cells.district, cell)), S.at(S.data.cells.place, cell)].filter(Boolean).join(" · ");

  function demand(layer, k) {
    const { data } = layer;
    const share = data.share[k];
    return card(S.t("popup_demand", { service: S.serviceName(data.service) }), cellPlace(data.cell[k]), [
      row(S.t("popup_needs"), S.daily(data.demand[k], data.unit)),
      row(S.t("popup_served"), S.el("span", {}, S.daily(data.served[k], data.unit) + " (" + S.share(share) + ")"), bar(share)),
      row(S.t("popup_covered"), S.share(data.covered[k])),
      row(S.t("popup_kind"), S.at(data.kind, k).split(", ").map((kind) => S.t("kind_" + kind)).join(", ")),
      row(S.t("popup_fleets"), S.at(data.fleets, k)),
      row(S.t("popup_served_by"), stations(data.cell[k], data.service)),
    ].flat());
  }

  function unserved(layer, k) {
    const { data } = layer;
    const service = data.services[data.service[k]];
    const unit = S.data.kpis.services[service].unit;
    const none = data.unreachable[k] > 0.5 * data.unserved[k];
    return card(S.t("popup_unserved", { service: S.serviceName(service) }), cellPlace(data.cell[k]), [
      row(S.t("popup_left"), S.daily(data.unserved[k], unit) + " (" + S.share(data.unserved[k] / data.demand[k]) + ")"),
      row(S.t("popup_needs"), S.daily(data.demand[k], unit)),
      row(S.t("popup_reason"), S.t(none ? "unserved_none" : "unserved_short")),
    ].flat());
  }

  function district(layer, k) {
    const { data } = layer;
    return card(S.both(data, "", k), "", [
      row(S.t("popup_population"), S.number(data.population[k])),
      row(S.t("popup_stations"), S.number(data.stations[k])),
      ...S.data.services.map((service) =>
        row(S.t("popup_share", { service: S.serviceName(service) }), S.el("span", {}, S.share(data.shares[service][k])), bar(data.shares[service][k]))),
    ].flat());
  }

  // A flow, and the stations on its way from the origin on.
  function flow(layer, k) {
    const { data } = layer;
    const sites = S.data.facilities;
    const stations = data.stations[k].map((site) => S.el("div", {}, S.el("button", {
      type: "button", class: "link", on: { click: () => S.select.site(site, true) },
    }, [S.near(site) || S.at(sites.site_id, site), S.typeName(S.at(sites.type, site))].join(" · "))));
    return card(S.both(data, "", k), [S.at(data.fleet, k), S.t("vehicle_" + S.at(data.vehicle, k))].join(" · "), [
      row(S.t("popup_vehicles"), S.number(data.vehicles[k], 1)),
      row(S.t("popup_vehicles_served"), S.el("span", {}, S.number(data.vehicles_served[k], 1) + " (" + S.share(data.share[k]) + ")"), bar(data.share[k])),
      row(S.t("popup_demand", { service: S.serviceName(S.at(data.service, k)) }), S.daily(data.demand[k], S.at(data.unit, k))),
      row(S.t("popup_length"), S.t("length_text", { km: S.number(data.length_km[k]) })),
      row(S.t("popup_range"), S.t("length_text", { km: S.number(data.range_km[k]) })),
      row(S.t("popup_stops"), stations),
      row(S.t("popup_source"), S.at(data.source, k)),
    ].flat());
  }

  S.popup = { facility, demand, unserved, district, flow };
})(window.siting);
