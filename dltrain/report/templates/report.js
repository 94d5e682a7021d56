for (const drawing of document.querySelectorAll("[data-hover]")) {
  const facts = JSON.parse(drawing.dataset.hover), svg = drawing.querySelector("svg");
  const [left, top, width, height] = facts.box, view = svg.viewBox.baseVal;
  const share = (value, [low, high, log]) => log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const spelled = value => Math.abs(value) >= 1e5 || (value && Math.abs(value) < 1e-4) ? value.toExponential(2) : String(+value.toPrecision(4));
  const make = name => drawing.appendChild(Object.assign(document.createElement("div"), { className: name, hidden: true }));
  const cross = make("cross"), tip = make("tip"), dots = facts.lines.map(() => make("dot"));
  tip.setAttribute("role", "status");
  const shown = facts.lines.reduce((one, other) => other.x.length > one.x.length ? other : one);
  let at = -1;
  const nearest = (line, share_x) => line.x.reduce((best, value, index) => Math.abs(share(value, facts.x) - share_x) < Math.abs(share(line.x[best], facts.x) - share_x) ? index : best, 0);
  const hide = () => [cross, tip, ...dots].forEach(one => { one.hidden = true; });
  const show = share_x => {
    const place = x => 100 * (left + x * width) / view.width, level = y => 100 * (top + (1 - y) * height) / view.height;
    at = nearest(shown, share_x);
    const words = [];
    facts.lines.forEach((line, number) => {
      const index = nearest(line, share(shown.x[at], facts.x)), value = line.y[index];
      dots[number].hidden = value === null;
      if (value === null) return;
      Object.assign(dots[number].style, { left: place(share(line.x[index], facts.x)) + "%", top: level(share(value, facts.y)) + "%" });
      words.push(`${line.name} ${spelled(value)}`);
    });
    const many = words.length > 3;
    tip.textContent = `${facts.label} ${spelled(shown.x[at])}:${many ? "\n" : " "}${words.join(many ? "\n" : " · ")}`;
    const across = place(share(shown.x[at], facts.x));
    Object.assign(cross.style, { left: across + "%", top: level(1) + "%", height: level(0) - level(1) + "%" });
    cross.hidden = tip.hidden = false;
    const half = Math.min(50, 50 * tip.offsetWidth / drawing.clientWidth);
    Object.assign(tip.style, { left: Math.min(100 - half, Math.max(half, across)) + "%", top: level(1) + "%" });
  };
  drawing.addEventListener("pointermove", event => {
    const box = svg.getBoundingClientRect();
    show(((event.clientX - box.left) / box.width * view.width - left) / width);
  });
  drawing.addEventListener("pointerleave", hide);
  drawing.addEventListener("blur", hide);
  drawing.addEventListener("focus", () => show(at < 0 ? 1 : share(shown.x[at], facts.x)));
  drawing.addEventListener("keydown", event => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(share(shown.x[Math.min(shown.x.length - 1, Math.max(0, at + step))], facts.x));
  });
}
for (const film of document.querySelectorAll(".film")) {
  const frames = film.querySelector(".frames"), range = film.querySelector("input"), button = film.querySelector("button"), output = film.querySelector("output");
  const labels = JSON.parse(range.dataset.labels);
  let timer = null;
  const show = at => { frames.style.setProperty("--at", at); range.value = at; output.textContent = labels[at]; };
  const stop = () => { clearInterval(timer); timer = null; button.textContent = "play"; };
  const play = () => { button.textContent = "pause"; timer = setInterval(() => show((+range.value + 1) % labels.length), 150); };
  range.hidden = button.hidden = false;
  range.addEventListener("input", () => { stop(); show(+range.value); });
  button.addEventListener("click", () => timer ? stop() : play());
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) play();
}
