// The panel beside the map: key figures, stations by type, scorecard, and what a reader must know.
(function (S) {
  "use strict";

  const find = (id) => document.getElementById(id);
  const track = (share, before) =>
    S.el("div", { class: "track", "aria-hidden": "true" },
      S.el("i", { class: "gain", style: { width: 100 * Math.min(1, share || 0) + "%" } }),
      S.el("i", { class: "before", style: { width: 100 * Math.min(1, before || 0) + "%" } }));

  function serviceCard(service) {
    const figures = S.data.kpis.services[service];
    const before = figures.share_before;
    return S.el("div", { class: "kpi", "data-service": service },
      S.el("h3", {}, S.serviceName(service)),
      S.el("p", { class: "big" }, S.share(figures.share)),
      track(figures.share, before),
      S.el("p", { class: "small" }, before === null ? S.t("kpi_no_before") : S.t("kpi_before", { share: S.share(before) })),
      S.el("p", { class: "small" }, S.t("kpi_of"), " ", S.el("span", { class: "whole" }, S.daily(figures.demand, figures.unit))),
      S.el("p", { class: "small" }, S.t("kpi_covered", { share: S.share(figures.covered_share) })));
  }

  function fact(label, value, note, share) {
    return S.el("div", { class: "fact" }, S.el("h3", {}, label), S.el("p", { class: "value" }, value),
      share === undefined || share === null ? null : track(share, 0), note ? S.el("p", { class: "small" }, note) : null);
  }

  function facts() {
    const { kpis } = S.data;
    const { solve } = kpis;
    const budget = kpis.budget_cny;
    const used = budget ? kpis.cost_cny / budget : null;
    const added = Object.values(kpis.stations).reduce((sum, entry) => sum + (entry.new || 0), 0);
    const standing = Object.values(kpis.stations).reduce((sum, entry) => sum + (entry.existing || 0), 0);
    const passed = kpis.check === "passed";
    const flows = Object.values(kpis.flows || {});
    const [driving, served] = ["vehicles", "served"].map((key) => flows.reduce((sum, fleet) => sum + fleet[key], 0));
    return [
      ...(flows.length === 0 ? [] : [fact(S.t("kpi_vehicles"), S.number(served), S.t("kpi_of_vehicles", { count: S.number(driving) }), served / driving)]),
      fact(S.t("kpi_stations"), "+" + S.number(added), S.t("kpi_standing", { count: S.number(standing) })),
      fact(S.t("kpi_cost"), S.money(kpis.cost_cny),
        budget ? S.t("kpi_budget", { budget: S.money(budget), share: S.share(used) }) : S.t("kpi_no_budget"), used),
      proven(solve.gap),
      fact(S.t("kpi_check"), (passed ? "✓ " : "✗ ") + (passed ? S.t("check_passed") : kpis.check), S.t("kpi_check_note")),
    ];
  }

  // What is proven to be best is not "at most" anything away from it.
  function proven(gap) {
    if (gap === null || gap === undefined) return fact(S.t("kpi_gap"), S.t("kpi_no_gap"), S.t("kpi_gap_note"));
    const none = S.gap(gap) === S.gap(0);
    return fact(S.t("kpi_gap"), (none ? "" : "≤ ") + S.gap(gap), S.t(none ? "solver_optimal" : "kpi_gap_note"));
  }

  function stations() {
    const { stations: counts } = S.data.kpis;
    const used = S.data.types.filter((type) => counts[type.id] && (counts[type.id].existing || counts[type.id].new));
    const body = used.map((type) => {
      const { existing = 0, new: added = 0 } = counts[type.id];
      return S.el("tr", {},
        S.el("th", { scope: "row" }, S.symbol(type.id, "new", 7), " " + S.typeName(type.id)),
        S.el("td", {}, S.number(existing)), S.el("td", {}, added ? "+" + S.number(added) : "0"),
        S.el("td", { class: "strong" }, S.number(existing + added)));
    });
    return S.el("table", {}, S.el("thead", {}, S.el("tr", {},
      ...["type_column", "existing_column", "new_column", "total_column"].map((key) => S.el("th", { scope: "col" }, S.t(key))))),
    S.el("tbody", {}, body));
  }

  function quantity(value, unit) {
    if (value === null || value === undefined) return "–";
    if (unit === "CNY") return S.money(value);
    if (unit === "share") return S.share(value);
    return S.number(value, 2);
  }

  const shownUnit = (unit) => (["CNY", "share"].includes(unit) ? "" : " " + S.unit(unit));

  function met(line) {
    const state = !line.evaluated || line.met === null ? "unknown" : line.met ? "yes" : "no";
    const mark = { unknown: "○ ", yes: "✓ ", no: "✗ " }[state];
    // What does not bind the answer is no success and no failure of it; the note below the line says so.
    return S.el("span", { class: "met " + (line.enforced ? state : "unknown") }, mark + S.t("met_" + state));
  }

  function lines(entries, district) {
    const basis = (line) => {
      const source = line.source.replace(new RegExp("^" + line.basis + "(; |$)"), ""); // the basis is said once
      return S.t(line.enforced ? "enforced_yes" : "enforced_no") + " · " + S.t("basis_" + line.basis)
        + (source ? S.t("basis_source", { source }) : "");
    };
    const cells = ["line_column", "target_column", "achieved_column", "gap_column", "met_column"];
    return S.el("table", { class: "score" }, S.el("thead", {}, S.el("tr", {},
      ...cells.map((key) => S.el("th", { scope: "col" }, S.t(key))))),
    S.el("tbody", {}, entries.flatMap((line) => [
      S.el("tr", { class: "line" },
        S.el("th", { scope: "row" }, district ? S.districtName(line.district) + " · " : "", S.say({ zh: line.label_zh, en: line.label_en })),
        S.el("td", {}, { "=": "=\u00a0", ">=": "≥\u00a0", "<=": "≤\u00a0" }[line.sense] + quantity(line.target, line.unit) + shownUnit(line.unit)),
        S.el("td", {}, quantity(line.achieved, line.unit)), S.el("td", {}, quantity(line.gap, line.unit)), S.el("td", {}, met(line))),
      S.el("tr", {}, S.el("td", { class: "small", colspan: cells.length }, basis(line))),
    ])));
  }

  function scorecard() {
    const whole = S.data.scorecard.filter((line) => !line.district);
    const parts = S.data.scorecard.filter((line) => line.district);
    const reached = parts.filter((line) => line.met === true).length;
    return [S.el("div", { class: "scroll" }, lines(whole, false)), parts.length === 0 ? null
      : S.el("details", {}, S.el("summary", {}, S.t("district_lines", { count: parts.length, met: reached })), S.el("div", { class: "scroll" }, lines(parts, true)))];
  }

  const fold = (title, open, ...content) => S.el("details", { open }, S.el("summary", {}, S.t(title)), ...content);
  const list = (entries) =>
    (entries.length > 0 ? S.el("ul", {}, entries.map((entry) => S.el("li", {}, entry))) : S.el("p", {}, S.t("nothing")));

  // Demand that no candidate site could reach, named even when it is nothing.
  function unreachable() {
    const parts = S.data.services.map((service) => {
      const { unreachable: amount, demand, unit } = S.data.kpis.services[service];
      return S.serviceName(service) + " " + S.daily(amount, unit) + " (" + S.share(demand > 0 ? amount / demand : 0) + ")";
    });
    return S.el("p", {}, S.t("unreachable_text", { amounts: parts.join(S.t("list_comma")) }));
  }
  const texts = (key) => S.data.meta[key + "_" + S.language] || S.data.meta[key] || [];

  S.sources = () => texts("sources");

  function about() {
    const { meta, kpis } = S.data;
    const { solve } = kpis;
    const status = S.known("solver_" + String(solve.status).replace(/\W+/g, "_"), String(solve.status));
    const proof = [status, solve.solver].filter(Boolean).join(" · ");
    return [
      fold("how_heading", true, list(["how_circles", "how_markers", "how_lines", ...(kpis.flows ? ["how_flows"] : []), "how_reach", "how_cells"].map((key) => S.t(key)))),
      fold("method_heading", false, S.el("p", {}, S.say({ zh: meta.method_zh, en: meta.method_en })),
        unreachable(),
        S.el("p", {}, S.t("proof_text", {
          status: proof, objective: S.number(solve.objective, 0), bound: S.number(solve.bound, 0),
          gap: S.gap(solve.gap),
          stage2: S.gap(solve.stage2_gap),
        }))),
      fold("modelled_heading", false, S.el("h4", {}, S.t("modelled")), list(texts("modelled")), S.el("h4", {}, S.t("measured")), list(texts("measured"))),
      fold("sources_heading", false, list(S.sources())),
      S.el("p", { class: "small" }, S.t("version_text", { version: meta.version, run: meta.run_id, crs: meta.crs })),
    ];
  }

  // Draw the whole panel in the language shown.
  S.panel = function () {
    const { meta } = S.data;
    document.documentElement.lang = S.language === "zh" ? "zh-CN" : "en";
    document.title = S.say({ zh: meta.title_zh, en: meta.title_en });
    find("title").textContent = S.say({ zh: meta.title_zh, en: meta.title_en });
    find("year").textContent = S.t("year_line", { year: meta.year });
    find("run").textContent = S.t("run_line", { run: meta.run_id, version: meta.version });
    for (const element of document.querySelectorAll("[data-t]")) element.textContent = S.t(element.dataset.t);
    for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", S.t(element.dataset.label));
    for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = S.t(element.dataset.placeholder);
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === S.language));
    }
    find("kpis").replaceChildren(
      S.el("h2", {}, S.t("kpis_heading")), S.el("div", { class: "kpis" }, S.data.services.map(serviceCard)),
      S.el("div", { class: "facts" }, facts()));
    find("stations").replaceChildren(stations());
    find("scorecard-section").hidden = S.data.scorecard.length === 0;
    find("scorecard").replaceChildren(...scorecard().filter(Boolean));
    find("about").replaceChildren(...about());
  };
})(window.siting);
