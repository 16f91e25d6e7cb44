// The page as a whole: what is asked for, and the regions that answer.

const $ = (id) => document.getElementById(id);
const TILES = ["kept", "kept_late", "overdue", "date_unknown", "unverified", "not_due", "withdrawn"];
let found = null;
let announcing = null;

function show() {
  found = survey();
  const isEmpty = !data.days.length;
  $("slider").value = String(dayIndex(look.day));
  if (document.activeElement !== $("day")) $("day").value = isEmpty ? "" : iso(look.day);
  $("slider").setAttribute("aria-valuetext", isEmpty ? "" : iso(look.day));
  const index = dayIndex(look.day);
  $("earlier").setAttribute("aria-disabled", String(isEmpty || (index === 0 && look.day <= data.days[0])));
  $("later").setAttribute("aria-disabled", String(isEmpty || index === data.days.length - 1));
  for (const mode of ["known", "hindsight"]) $(mode).checked = look.mode === mode;
  $("point").textContent = isEmpty ? "" : pointText();
  $("notice").hidden = !isEmpty;
  $("notice").textContent = word("empty");
  showFigures();
  showBoard(found);
  for (const name of ["due_soon", "overdue", "unverified"]) showPromises(name);
  showTotals();
  $("found").textContent = word("found", { shown: found.shown.size, all: found.listed });
  const filters = filtersText();
  $("filtered").hidden = !filters;
  $("filtered").textContent = word("of_filtered", { filters });
  // Once it comes to rest: listeners want no commentary on the way, and browsers allow few new addresses.
  clearTimeout(announcing);
  announcing = setTimeout(() => {
    remember();
    const { coverage } = found.figures;
    const blanks = { point: pointText(), coverage: coverage ?? shareless(found.figures), reliability: shareText(found.figures), shown: found.shown.size };
    $("announcement").textContent = isEmpty ? word("empty") : word("announce", blanks);
  }, 500);
}

// Which filters are set, for paper too, on which the fields do not stand.
function filtersText() {
  const chosen = ["domain", "unit", "delivery", "verdict"].filter((name) => wanted[name]);
  const said_ = chosen.map((name) => `${word(name)}${colon()}${$(name).selectedOptions[0]?.textContent ?? ""}`);
  if (wanted.search) said_.push(`${word("search_label")}${colon()}${wanted.search}`);
  return said_.join(separator());
}

function showFigures() {
  const { figures, counted } = found;
  const judged = TILES.reduce((sum, name) => sum + figures[name], 0);
  const settled = counted.filter(([, promise]) => !["not_due", "withdrawn"].includes(data.verdicts[promise.verdict][0]));
  const decided = figures.settled - figures.undetermined;
  const early = figures.kept_early ? word("early", { early: figures.kept_early }) : "";
  const share = (name, value, note) => {
    const button = make("button", { type: "button", class: "share", id: `share-${name}`, onclick: () => openPromises(word("settled"), settled) });
    const kind = figures.least === null ? "share-value none" : "share-value";
    button.append(make("span", { class: "share-name" }, word(name)), " ", make("span", { class: kind }, value));
    return make("div", { class: "share-block" }, button, make("p", { class: "note" }, note));
  };
  if (!figures.settled) {
    const said_ = judged ? word("none_settled", { judged }) : word("none_judged");
    $("shares").replaceChildren(make("p", { class: "none" }, said_));
  } else {
    $("shares").replaceChildren(
      share("coverage", figures.coverage ?? shareless(figures), `${word("coverage_note", { ...figures, decided })}${early}`),
      share("reliability", shareText(figures), word(figures.least === null ? "few_note" : "reliability_note", figures)),
    );
  }
  $("distribution").replaceChildren(
    ...TILES.filter((name) => figures[name]).map((name) => {
      const part = make("span", { class: `v-${name}` });
      part.style.flexGrow = String(figures[name]);
      return part;
    }),
  );
  $("tiles").replaceChildren(
    ...TILES.map((name) => {
      const verdict = verdictNumber(name);
      const open = () => openPromises(verdictName(verdict), counted.filter(([, promise]) => promise.verdict === verdict));
      return make("button", { type: "button", class: `tile v-${name}`, id: `tile-${name}`, onclick: open },
        make("span", { class: "tile-count" }, String(figures[name])),
        make("span", { class: "tile-name" }, make("span", { class: "sign", "aria-hidden": "true" }, SIGNS[name]), " ", verdictName(verdict)));
    }),
  );
}

function showPromises(name) {
  const details = $(name);
  const pairs = found.lists[name];
  const title = name === "due_soon" ? word("due_soon", { days: data.due_within }) : verdictName(verdictNumber(name));
  details.firstElementChild.replaceChildren(make("span", {}, title), " ", make("span", { class: "list-count" }, String(pairs.length)));
  details.children[1].textContent = word(`${name}_note`);
  const list = details.lastElementChild;
  if (!details.open) list.replaceChildren();
  else if (!pairs.length) list.replaceChildren(make("li", { class: "note" }, word("nothing")));
  else fillList(list, byDeadline(pairs), ([project, promise]) => promiseItem(project, promise));
}

const byDeadline = (pairs) => [...pairs].sort(([, one], [, two]) => (one.last ?? Infinity) - (two.last ?? Infinity));

function showTotals() {
  const columns = ["total", "reported", "certain", "missing", "possible", "registered", "fit", "total_day", "source"];
  $("totals-head").replaceChildren(...columns.map((name) => make("th", { role: "columnheader", scope: "col" }, word(name))));
  $("totals-body").replaceChildren(
    ...found.totals.map((total) => {
      const cell = (name, ...content) => make("td", { role: "cell", class: `t-${name}` }, make("span", { class: "step-name" }, word(name)), ...content);
      const figure = (name, value) => cell(name, value === "—" ? value : make("button", { type: "button", class: "link number", onclick: () => openTotal(total) }, value));
      const [what, count] = total.entry.total;
      return make("tr", { role: "row" },
        make("th", { role: "rowheader", scope: "row" }, what),
        figure("reported", count),
        figure("certain", total.certain === null ? "—" : String(total.certain)),
        figure("missing", total.missing === null ? "—" : String(total.missing)),
        figure("possible", possibleText(total)),
        figure("registered", String(total.registered)),
        cell("fit", text(total.fit)),
        cell("total_day", iso(total.on)),
        cell("source", cite(total.entry.number)));
    }),
  );
  $("totals-empty").hidden = found.totals.length > 0;
  document.querySelector("table.totals").hidden = !found.totals.length;
}

// Everything that depends on the language alone.
function label() {
  document.documentElement.lang = look.language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", word(element.dataset.label));
  for (const element of document.querySelectorAll("[data-hint]")) element.setAttribute("placeholder", word(element.dataset.hint));
  $("language").lang = look.language === "zh" ? "en" : "zh-CN";
  const title = data.programme ? text(data.programme.title) : data.ledger;
  document.title = $("title").textContent = title;
  const grace = data.grace ? ` · ${word("grace", data)}` : "";
  $("ledger").textContent = `${word("ledger")} ${data.ledger} · ${word("recorded", data)}${grace}`;
  $("origin").textContent = word("point", data);
  $("root").textContent = data.root ?? word("undefined");
  $("legend-list").replaceChildren(
    ...data.verdicts.map(([, , meaning], verdict) => make("div", {}, make("dt", {}, chip(verdict)), make("dd", {}, text(meaning)))),
    ...data.answers.map(([value, name]) => make("div", {}, make("dt", {}, make("span", { class: `sign a-${value}` }, ANSWER_SIGNS[value])), make("dd", {}, text(name)))),
    ...[["·", "sign_expected"], ["≤", "sign_by"], ["～", "sign_between"]].map(([sign, meaning]) => make("div", {}, make("dt", {}, make("span", { class: "sign" }, sign)), make("dd", {}, word(meaning)))),
  );
  const options = {
    domain: domainOptions().map((path) => [path, domainName(path)]),
    unit: unitOptions().map((key) => [key, unitName(key)]),
    delivery: [...new Set(projects.map(({ delivery }) => delivery ?? "none"))].map((one) => [one, deliveryName(one === "none" ? null : one)]),
    verdict: data.verdicts.map((_, number) => [String(number), verdictName(number)]),
  };
  for (const [name, choices] of Object.entries(options)) {
    $(name).replaceChildren(make("option", { value: "" }, word("all")), ...choices.map(([value, said_]) => make("option", { value }, said_)));
    $(name).value = wanted[name];
  }
  buildBoard();
}

function domainOptions() {
  const paths = new Set();
  for (const path of [...programme.domains.map(([name]) => name), ...projects.map(({ domain }) => domain)]) {
    if (!projects.some(({ domain }) => domain === path || domain.startsWith(`${path}/`))) continue;
    const parts = path.split("/");
    parts.forEach((_, depth) => paths.add(parts.slice(0, depth + 1).join("/")));
  }
  return [...paths];
}

function unitOptions() {
  const keys = new Set(promises.flatMap((promise) => promise.keys));
  const known = programme.units.map((_, number) => `u${number}`).filter((key) => keys.has(key));
  const others = [...keys].filter((key) => key[0] === "t");
  return [...known, ...others, ...(keys.has("none") ? ["none"] : [])];
}

// The point of view stands in the address, so that it can be kept and sent on.
function remember() {
  const said_ = new URLSearchParams({ day: iso(look.day), mode: look.mode, lang: look.language });
  try {
    history.replaceState(null, "", `#${said_}`);
  } catch {
    // Some browsers forbid it for files: then the address stays as it is.
  }
}

function recall() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const day = Date.parse(asked.get("day") ?? "");
  if (!Number.isNaN(day)) look.day = Math.floor(day / DAY);
  if (data.modes[asked.get("mode")]) look.mode = asked.get("mode");
  if (["zh", "en"].includes(asked.get("lang"))) look.language = asked.get("lang");
}

function step(direction) {
  const index = dayIndex(look.day);
  const isBetween = data.days[index] < look.day;
  const next = direction < 0 && isBetween ? index : index + direction;
  if (data.days[next] === undefined) return;
  look.day = data.days[next];
  show();
}

function listen() {
  $("slider").max = String(Math.max(data.days.length - 1, 0));
  for (const name of ["slider", "day"]) $(name).disabled = !data.days.length;
  $("slider").addEventListener("input", () => {
    look.day = data.days[Number($("slider").value)];
    show();
  });
  $("day").addEventListener("change", () => {
    const day = Date.parse($("day").value);
    if (Number.isNaN(day)) return;
    look.day = day / DAY;
    show();
  });
  $("earlier").addEventListener("click", () => step(-1));
  $("later").addEventListener("click", () => step(1));
  for (const mode of ["known", "hindsight"]) {
    $(mode).addEventListener("change", () => {
      look.mode = mode;
      show();
    });
  }
  $("language").addEventListener("click", () => {
    look.language = look.language === "zh" ? "en" : "zh";
    label();
    show();
  });
  for (const name of ["domain", "unit", "delivery", "verdict", "search"]) {
    $(name).addEventListener("input", () => {
      wanted[name] = $(name).value;
      show();
    });
  }
  $("clear").addEventListener("click", () => {
    for (const name of Object.keys(wanted)) wanted[name] = $(name).value = "";
    show();
  });
  for (const name of ["due_soon", "overdue", "unverified"]) $(name).addEventListener("toggle", () => showPromises(name));
  $("close").addEventListener("click", () => panel.close());
  panel.addEventListener("click", (event) => event.target === panel && panel.close());
  $("board-body").addEventListener("keydown", moveFocus);
  $("board-body").addEventListener("focusin", (event) => setFocusable(event.target.closest("button")));
  window.addEventListener("beforeprint", fillAll);
  window.addEventListener("hashchange", () => {
    recall();
    label();
    show();
  });
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--above", `${$("controls").offsetHeight}px`);
  }).observe($("controls"));
}

recall();
listen();
label();
show();
$("opening").remove();
