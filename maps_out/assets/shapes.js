// Marker shapes by facility type, as SVG and on a canvas; colour and form say the type, filling says the status.
(function (S) {
  "use strict";

  S.style = (type, status) => S.type(type).styles[status];

  // Half the size in pixels: grows mildly with the number of modules.
  S.radius = (modules) => Math.min(10.5, 5.5 + 1.1 * Math.log2(1 + Math.max(0, modules || 0)));

  // Symbol as an SVG element; hidden from readers of the page because its text stands beside it.
  S.symbol = function (type, status, radius) {
    const { fill, stroke, weight } = S.style(type, status);
    const half = Math.ceil(radius * 1.25 + weight);
    const points = S.type(type).corners.map(([x, y]) => (x * radius).toFixed(1) + "," + (y * radius).toFixed(1));
    const shape = S.svg("polygon", {
      points: points.join(" "), fill, stroke, "stroke-width": weight, "stroke-linejoin": "round", "paint-order": "stroke",
    });
    return S.svg("svg", {
      width: 2 * half, height: 2 * half, viewBox: [-half, -half, 2 * half, 2 * half].join(" "), "aria-hidden": "true",
    }, shape);
  };

  // Circles that draw their outline from `options.corners`; Leaflet's canvas does the rest.
  const outline = {
    _updatePath() {
      const renderer = this._renderer;
      if (!renderer._drawing || this._empty()) return;
      const ctx = renderer._ctx;
      const r = this._radius * (this.options.scaled ? S.markerScale : 1);
      ctx.beginPath();
      for (const part of this.options.corners) {
        part.forEach(([x, y], k) => ctx[k ? "lineTo" : "moveTo"](this._point.x + r * x, this._point.y + r * y));
        if (this.options.fill) ctx.closePath();
      }
      renderer._fillStroke(ctx, this);
    },
  };
  S.CornerMarker = L.CircleMarker.extend(outline);
  const circle = Array.from({ length: 21 }, (_, k) => [Math.cos((Math.PI * k) / 10), Math.sin((Math.PI * k) / 10)]);
  S.MARKS = { cross: [[[-0.9, -0.9], [0.9, 0.9]], [[0.9, -0.9], [-0.9, 0.9]]], ring: [circle] };

  // A circle in metres that never shrinks below a visible dot of `options.least` pixels.
  S.DotCircle = L.Circle.extend({
    _project() {
      L.Circle.prototype._project.call(this);
      this._radius = Math.max(this._radius, this.options.least);
      this._updateBounds();
    },
  });
  S.CornerCircle = S.DotCircle.extend(outline);
})(window.siting);
