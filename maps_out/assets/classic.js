// What the page of a classic objective has of its own: the objective's figures.
(function (S) {
  "use strict";

  const { objective } = S.data.kpis;
  const QUANTITIES = {
    CNY: (value) => S.money(value), share: (value) => S.share(value),
    min: (value) => S.t("minutes_text", { minutes: S.number(value, 1) }), km: (value) => S.t("length_text", { km: S.number(value, 2) }),
  };
  const quantity = (figure) => (figure.value === null ? "–" : (QUANTITIES[figure.unit] || S.number)(figure.value));

  function figure(entry) {
    const of = entry.key === "stations" && objective.p !== undefined ? S.t("of_p", { p: S.number(objective.p) }) : "";
    return S.el("div", { class: "fact", "data-figure": entry.key }, S.el("h3", {}, S.say({ zh: entry.label_zh, en: entry.label_en })),
      S.el("p", { class: "value" }, quantity(entry)), of ? S.el("p", { class: "small" }, of) : null);
  }

  const { panel } = S;
  S.panel = function () {
    panel();
    const kpis = document.getElementById("kpis");
    kpis.querySelector(".facts").prepend(...objective.figures.map(figure));
    kpis.prepend(S.el("p", { class: "small", id: "objective" }, S.t("objective_line", { model: S.say({ zh: objective.label_zh, en: objective.label_en }) })));
  };
})(window.siting);
