// Small parts that every region of the page is made of. Text is only ever set as text.

// An element with attributes and children; `false` and `null` leave one out.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (name === "onclick") element.addEventListener("click", value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== false));
  return element;
}

const unseen = (words) => make("span", { class: "unseen" }, words);
// Words whose days are never broken at the end of a line.
const unbroken = (words) =>
  words.split(/(\d{4}-\d{2}-\d{2})/).map((part, odd) => (odd % 2 ? make("span", { class: "unbroken" }, part) : part));
const verdictName = (number) => text(data.verdicts[number][1]);
const stepName = (step) => (step === null ? "" : text(programme.milestones[step]));
const SIGNS = {
  kept: "✓", kept_late: "◑", overdue: "✕", date_unknown: "≈", unverified: "?", not_due: "…", withdrawn: "↩",
  effort: "–",
};
const ANSWER_SIGNS = { yes: "●", no: "○", reported: "◐", unreported: "?" };

// A verdict is told by a sign and its words; its colour only repeats them.
function chip(verdict) {
  const value = data.verdicts[verdict][0];
  const sign = make("span", { class: "sign", "aria-hidden": "true" }, SIGNS[value]);
  return make("span", { class: `chip v-${value}` }, sign, " ", verdictName(verdict));
}

function domainName(path) {
  const known = programme.domains.find(([name]) => name === path);
  if (known) return text(known[1]);
  const depth = path.split("/").length;
  const below = programme.domains.find(([name]) => name.startsWith(`${path}/`));
  return below ? text(below[1]).split("/").slice(0, depth).join("/") : path;
}

function deliveryName(delivery) {
  if (delivery === null) return word("not_stated");
  return programme.deliveries[delivery] ? text(programme.deliveries[delivery][0]) : delivery;
}

function unitName(key) {
  if (key === "none") return word("not_stated");
  const number = Number(key.slice(1));
  return key[0] === "u" ? text(programme.units[number][0]) : text(number);
}

function sizeText(project) {
  if (project.size === 1) return "";
  return `${project.size ?? "?"}${project.measure}`;
}

// What is promised of a batch: of how many units.
function quantityText(project, promise) {
  if (project.size === 1) return "";
  return ` ${promise.quantity ?? project.size ?? "?"}${project.measure}`;
}

// Number, document and place of an entry, with the day on which the document was published.
function cite(number) {
  const entry = entries[number];
  const place = [`#${entry.seq}`, entry.source?.id, entry.locator].filter(Boolean).join(" ");
  return make(
    "span",
    { class: "cite", title: entry.source?.title ?? null },
    ...unbroken(entry.published === null ? place : `${place}${aside(iso(entry.published))}`),
  );
}

function cites(numbers) {
  const list = make("span", { class: "cites" });
  numbers.forEach((number, place) => list.append(place ? separator() : "", cite(number)));
  if (!numbers.length) list.append("—");
  return list;
}

function fact(name, ...values) {
  return make("div", { class: "fact" }, make("dt", {}, name), make("dd", {}, ...values));
}

function projectButton(project) {
  return make("button", { type: "button", class: "link", onclick: () => openProject(project) }, project.name);
}

// One promise with what it rests on; `named` says of which project.
function promiseItem(project, promise, named = true) {
  const head = make("p", { class: "promise-head" });
  if (named) head.append(projectButton(project), " ");
  const what = `${stepName(promise.step)}${promise.step === null ? "" : quantityText(project, promise)}`;
  if (what) head.append(make("strong", {}, what), " ");
  head.append(chip(promise.verdict));
  const due = [text(promise.deadline)];
  if (promise.moved !== null) due.push(aside(`${word("now_due")} ${text(promise.moved)}`));
  const facts = make("dl", { class: "facts" }, fact(word("deadline"), due.join("")));
  if (promise.current !== promise.verdict) facts.append(fact(word("current"), chip(promise.current)));
  if (!(promise.flags & EFFORT)) facts.append(fact(word("achieved"), text(promise.bounds)));
  facts.append(
    fact(word("unit"), promise.units.map(text).join(separator()) || word("not_stated")),
    fact(word("promised_in"), cites(promise.made)),
  );
  if (promise.evidence.length) facts.append(fact(word("rests_on"), cites(promise.evidence)));
  if (promise.need !== null) facts.append(fact(word("needs"), text(promise.need)));
  if (promise.split !== null) facts.append(fact(word("members"), text(promise.split)));
  if (!(promise.flags & (IN_HEADLINE | EFFORT))) {
    const why = promise.flags & AFTER_ACHIEVEMENT ? word("after_achievement") : text(data.firmnesses[promise.firmness]);
    facts.append(fact(word("not_counted"), why));
  }
  return make("li", { class: "promise" }, head, facts);
}

// Fill a list a hundred items at a time: the longest ledgers have thousands.
const AT_ONCE = 100;
function fillList(list, items, make_item) {
  list.replaceChildren();
  const more = (from) => {
    const until = Math.min(from + AT_ONCE, items.length);
    for (const item of items.slice(from, until)) list.append(make_item(item));
    if (until === items.length) return;
    const next = make("button", { type: "button" }, word("show_more", { count: Math.min(AT_ONCE, items.length - until) }));
    const holder = make("li", { class: "more" }, next);
    next.addEventListener("click", () => {
      holder.remove();
      more(until);
      list.children[until]?.querySelector("button")?.focus();
    });
    list.append(holder);
  };
  more(0);
}
