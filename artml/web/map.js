// A map of many works: points in WebGL, pictures where there is room for them. Drag, wheel, pinch or keys.

const VERTEX = `#version 300 es
in vec2 place; in float tint;
uniform vec2 scale, shift; uniform vec3 colours[32]; uniform float size, only;
out vec4 colour;
void main() {
  gl_Position = vec4(place * scale + shift, 0.0, 1.0);
  float lit = only < 0.0 || only == tint ? 1.0 : 0.0;
  gl_PointSize = size * (lit > 0.5 ? 1.0 : 0.7);
  colour = vec4(colours[int(tint)], lit > 0.5 ? 0.82 : 0.10);
}`;
const FRAGMENT = `#version 300 es
precision mediump float;
in vec4 colour; out vec4 shown;
void main() {
  float away = length(gl_PointCoord - 0.5);
  float alpha = colour.a * smoothstep(0.5, 0.36, away);
  shown = vec4(colour.rgb * alpha, alpha);
}`;
const CELLS = 96;     // of the index a side
const NEAR = 16;      // pixels within which a point is meant
const MARGIN = 0.06;  // of the map, kept free around it
const MOST = 160;     // times that one may zoom in
const SETTLED = 140;  // milliseconds after which pictures are hung

class AtlasMap {
  constructor(root, open) {
    this.root = root;
    this.open = open;
    this.find = (css) => root.querySelector(css);
    this.canvas = this.find("canvas");
    this.view = { x: 0.5, y: 0.5, zoom: 1 };
    this.pointers = new Map();
    this.tiles = new Map();
    this.only = -1;
    this.prepare();
    this.listen();
    new ResizeObserver(() => this.resize()).observe(this.find(".sheet"));
  }

  prepare() {
    const gl = (this.gl = this.canvas.getContext("webgl2", { antialias: false, premultipliedAlpha: true }));
    if (!gl) return;
    const program = (this.program = gl.createProgram());
    for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.at = (name) => gl.getUniformLocation(program, name);
    this.buffers = { place: gl.createBuffer(), tint: gl.createBuffer() };
  }

  // data: places (uint16 pairs), tints (uint8) and rows (uint32) in base 64; version of places and rows; colours,
  // legend or scale, pictures, chosen, said
  show(data) {
    this.data = data;
    const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    if (this.version !== data.version) {
      this.version = data.version;
      this.places = new Uint16Array(bytes(data.places).buffer);
      this.rows = new Uint32Array(bytes(data.rows).buffer);
      this.index();
      this.strike();
      this.fill("place", this.places, 2);
    }
    this.tints = bytes(data.tints);
    this.fill("tint", this.tints, 1);
    this.only = -1;
    this.legend();
    this.canvas.setAttribute("aria-label", data.said);
    if (data.chosen !== this.chosen) this.choose(data.chosen);
    this.resize();
  }

  fill(name, values, size) {
    const gl = this.gl;
    if (!gl) return;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[name]);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    const place = gl.getAttribLocation(this.program, name);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, size === 2 ? gl.UNSIGNED_SHORT : gl.UNSIGNED_BYTE, size === 2, 0, 0);
  }

  index() {
    const count = this.rows.length;
    this.cells = Array.from({ length: CELLS * CELLS }, () => []);
    for (let i = 0; i < count; i++) this.cells[this.cell(this.x(i), this.y(i))].push(i);
    this.order = Uint32Array.from({ length: count }, (_, i) => i);
    let seed = 7;
    for (let i = count - 1; i > 0; i--) {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      const j = seed % (i + 1);
      [this.order[i], this.order[j]] = [this.order[j], this.order[i]];
    }
  }

  x(i) { return this.places[2 * i] / 65535; }
  y(i) { return this.places[2 * i + 1] / 65535; }
  cell(x, y) {
    const clamp = (v) => Math.min(CELLS - 1, Math.max(0, Math.floor(v * CELLS)));
    return clamp(y) * CELLS + clamp(x);
  }

  get unit() { return Math.min(this.width, this.height) * (1 - 2 * MARGIN) * this.view.zoom; }
  screen(i) {
    return [this.width / 2 + (this.x(i) - this.view.x) * this.unit, this.height / 2 + (this.y(i) - this.view.y) * this.unit];
  }
  mapped(left, top) {
    return [this.view.x + (left - this.width / 2) / this.unit, this.view.y + (top - this.height / 2) / this.unit];
  }

  resize() {
    const box = this.canvas.getBoundingClientRect();
    if (!box.width || !this.data) return;
    const ratio = Math.min(devicePixelRatio || 1, 2);
    [this.width, this.height, this.ratio] = [box.width, box.height, ratio];
    const [w, h] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
    if (this.canvas.width !== w || this.canvas.height !== h) [this.canvas.width, this.canvas.height] = [w, h];
    this.ask();
  }

  ask() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = 0;
      this.draw();
    });
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.hang(), SETTLED);
  }

  draw() {
    const { gl, view, unit, width, height } = this;
    if (gl) {
      gl.viewport(0, 0, this.canvas.width, this.canvas.height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      const [sx, sy] = [(2 * unit) / width, (-2 * unit) / height];
      gl.uniform2f(this.at("scale"), sx, sy);
      gl.uniform2f(this.at("shift"), -view.x * sx, -view.y * sy);
      gl.uniform1f(this.at("size"), Math.min(14, 3.4 + 1.5 * Math.log2(view.zoom)) * this.ratio);
      gl.uniform1f(this.at("only"), this.only);
      gl.uniform3fv(this.at("colours"), this.colours);
      gl.drawArrays(gl.POINTS, 0, this.rows.length);
    }
    for (const [i, tile] of this.tiles) this.lay(tile, ...this.screen(i));
    this.mark();
    this.root.classList.toggle("opened", this.marked >= 0);
    this.root.dataset.drawn = String(this.rows.length);
  }

  lay(node, left, top) {
    node.style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px) translate(-50%, -50%)`;
  }

  // Pictures where there is room: those that hang and still fit stay, then others in an order that never changes.
  hang() {
    if (!this.data?.pictures) return;
    const room = this.view.zoom < 2 ? 92 : 66;
    const taken = [];
    const fits = (i) => {
      if (this.only >= 0 && this.tints[i] !== this.only) return false;
      const [left, top] = this.screen(i);
      if (left < 24 || top < 24 || left > this.width - 24 || top > this.height - 24) return false;
      if (taken.some(([l, t]) => Math.abs(l - left) < room && Math.abs(t - top) < room)) return false;
      taken.push([left, top]);
      return true;
    };
    for (const [i, tile] of this.tiles) if (!fits(i)) this.take(i, tile);
    const most = this.width < 640 ? 24 : 90;
    for (let n = 0; n < this.order.length && this.tiles.size < most; n++) {
      const i = this.order[n];
      if (!this.tiles.has(i) && fits(i)) this.hung(i);
    }
  }

  hung(i) {
    const tile = new Image();
    tile.alt = "";
    tile.onload = () => tile.classList.add("hung");
    tile.src = this.picture(i);
    this.tiles.set(i, tile);
    this.lay(tile, ...this.screen(i));
    this.find(".tiles").append(tile);
  }

  take(i, tile) {
    tile.remove();
    this.tiles.delete(i);
  }

  strike() {
    for (const [i, tile] of [...this.tiles]) this.take(i, tile);
  }

  picture(i) { return `${this.data.pictures}/${this.rows[i]}.jpg`; }

  nearest(left, top, reach = NEAR) {
    const [x, y] = this.mapped(left, top);
    const far = reach / this.unit;
    let [best, least] = [-1, far * far];
    const steps = Math.min(CELLS, Math.ceil(far * CELLS));
    const [cx, cy] = [Math.floor(x * CELLS), Math.floor(y * CELLS)];
    for (let row = Math.max(0, cy - steps); row <= Math.min(CELLS - 1, cy + steps); row++)
      for (let column = Math.max(0, cx - steps); column <= Math.min(CELLS - 1, cx + steps); column++)
        for (const i of this.cells[row * CELLS + column]) {
          if (this.only >= 0 && this.tints[i] !== this.only) continue;
          const distance = (this.x(i) - x) ** 2 + (this.y(i) - y) ** 2;
          if (distance < least) [best, least] = [i, distance];
        }
    return best;
  }

  hover(left, top) {
    const i = this.nearest(left, top);
    if (i === this.over) return;
    this.over = i;
    const card = this.find(".card");
    clearTimeout(this.waiting);
    card.hidden = true;
    if (i < 0 || !this.data.pictures) return;
    this.waiting = setTimeout(async () => {
      const [image, about] = await Promise.all([this.loaded(this.picture(i)), this.about(i)]);
      if (this.over !== i) return;
      card.querySelector("img").replaceWith(image);
      card.querySelector(".title").textContent = about.title ?? "";
      card.querySelector(".line").textContent = about.line ?? "";
      card.hidden = false;
      const [x, y] = this.screen(i);
      const { offsetWidth: w, offsetHeight: h } = card;
      const side = x + 18 + w < this.width ? x + 18 : x - 18 - w;
      card.style.transform = `translate(${side}px, ${Math.max(8, Math.min(y - h / 2, this.height - h - 8))}px)`;
    }, 70);
  }

  loaded(address) {
    const image = new Image();
    image.alt = "";
    image.src = address;
    return image.decode().then(() => image, () => image);
  }

  async about(i) {
    try {
      return await (await fetch(`${this.data.pictures}/${this.rows[i]}.json`)).json();
    } catch {
      return {};
    }
  }

  choose(row) {
    this.chosen = row;
    this.marked = row === null || row === undefined ? -1 : this.rows.indexOf(row);
    if (this.marked < 0) return;
    this.view = { x: this.x(this.marked), y: this.y(this.marked), zoom: Math.max(this.view.zoom, 8) };
  }

  mark() {
    const ring = this.find(".ring");
    ring.hidden = !(this.marked >= 0);
    if (!ring.hidden) this.lay(ring, ...this.screen(this.marked));
  }

  zoom(factor, left = this.width / 2, top = this.height / 2) {
    const [x, y] = this.mapped(left, top);
    this.view.zoom = Math.min(MOST, Math.max(0.7, this.view.zoom * factor));
    const [nx, ny] = this.mapped(left, top);
    this.pan((x - nx) * this.unit, (y - ny) * this.unit);
  }

  pan(dx, dy) {
    const clamp = (v) => Math.min(1.1, Math.max(-0.1, v));
    this.view.x = clamp(this.view.x + dx / this.unit);
    this.view.y = clamp(this.view.y + dy / this.unit);
    this.ask();
  }

  home() {
    this.view = { x: 0.5, y: 0.5, zoom: 1 };
    this.ask();
  }

  listen() {
    const { canvas } = this;
    const inside = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, inside(event));
      this.moved = 0;
      this.hover(-1e6, -1e6);
    });
    canvas.addEventListener("pointermove", (event) => {
      const before = this.pointers.get(event.pointerId);
      const [left, top] = inside(event);
      if (!before) return event.pointerType === "mouse" && this.data && this.hover(left, top);
      const others = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      this.moved += Math.abs(left - before[0]) + Math.abs(top - before[1]);
      if (others.length) {
        const apart = (at) => Math.hypot(at[0] - others[0][0], at[1] - others[0][1]);
        const middle = [(left + others[0][0]) / 2, (top + others[0][1]) / 2];
        this.zoom(apart([left, top]) / Math.max(1, apart(before)), ...middle);
      } else {
        this.pan(before[0] - left, before[1] - top);
      }
      this.pointers.set(event.pointerId, [left, top]);
    });
    const up = (event) => {
      if (!this.pointers.delete(event.pointerId) || event.type !== "pointerup" || this.moved > 6) return;
      const i = this.nearest(...inside(event), event.pointerType === "mouse" ? NEAR : 1.6 * NEAR);
      if (i >= 0) this.open(this.rows[i]);
    };
    for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, up);
    canvas.addEventListener("pointerleave", () => this.hover(-1e6, -1e6));
    canvas.addEventListener("dblclick", (event) => this.zoom(2, ...inside(event)));
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 16 : 1;
      this.zoom(Math.exp(-event.deltaY * lines * 0.0016), ...inside(event));
    }, { passive: false });
    canvas.addEventListener("keydown", (event) => {
      const step = 60;
      const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
      if (moves[event.key]) this.pan(...moves[event.key]);
      else if (event.key === "+" || event.key === "=") this.zoom(1.4);
      else if (event.key === "-") this.zoom(1 / 1.4);
      else if (event.key === "0" || event.key === "Home") this.home();
      else if (event.key === "Enter") {
        const i = this.nearest(this.width / 2, this.height / 2, Math.max(this.width, this.height));
        if (i >= 0) this.open(this.rows[i]);
      } else return;
      event.preventDefault();
    });
    this.find(".controls").addEventListener("click", (event) => {
      const factor = Number(event.target.dataset.zoom);
      if (event.target.dataset.zoom !== undefined) factor ? this.zoom(factor) : this.home();
    });
    this.find(".legend").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const tint = Number(button.dataset.tint);
      this.only = this.only === tint ? -1 : tint;
      for (const each of this.root.querySelectorAll(".legend button"))
        each.setAttribute("aria-pressed", String(Number(each.dataset.tint) === this.only));
      this.ask();
    });
  }

  legend() {
    this.colours = new Float32Array(96);
    this.data.colours.forEach((hex, n) =>
      [1, 3, 5].forEach((at, part) => (this.colours[3 * n + part] = parseInt(hex.slice(at, at + 2), 16) / 255)));
    const list = this.find(".legend");
    if (this.data.scale) {
      const [from, to] = this.data.scale;
      const item = document.createElement("li");
      item.className = "scale";
      const bar = document.createElement("i");
      bar.style.background = `linear-gradient(to right, ${this.data.colours.join(", ")})`;
      item.append(from, bar, to);
      list.replaceChildren(item);
      return;
    }
    list.replaceChildren(...this.data.legend.map(([label, count], tint) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      const number = document.createElement("span");
      button.type = "button";
      button.dataset.tint = tint;
      button.setAttribute("aria-pressed", "false");
      button.style.setProperty("--dot", this.data.colours[tint]);
      number.textContent = count.toLocaleString("en");
      button.append(label, number);
      item.append(button);
      return item;
    }));
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.map ??= new AtlasMap(parentElement.querySelector(".atlas"), (row) => setTriggerValue("opened", row));
  parentElement.map.open = (row) => setTriggerValue("opened", row);
  parentElement.map.show(data);
}
