// The board: projects × milestones. Each row is filled when it comes near what is seen, the others when there is
// time; a row whose state changed shows nothing until it is filled again, never what held on another day.

const axis = (() => {
  const known = [...milestones, ...promises].flatMap(({ lo, hi, first, last }) => [lo, hi, first, last]);
  const days = [...known, ...data.days].filter((day) => day !== null && day !== undefined);
  const [from, until] = days.reduce(([least, most], day) => [Math.min(least, day), Math.max(most, day)], [Infinity, -Infinity]);
  return { from, until: Math.max(until, from + 1) };
})();
const place = (day) => (100 * (Math.min(Math.max(day, axis.from), axis.until) - axis.from)) / (axis.until - axis.from);
const percentOf = (value) => `${value.toFixed(2)}%`;

const board = { rows: new Map(), groups: [], near: new Set(), stale: new Set(), idle: null, focused: null };
const watcher = new IntersectionObserver(
  (seen) => {
    for (const { target, isIntersecting } of seen) {
      const row = board.rows.get(Number(target.dataset.project));
      if (isIntersecting) {
        board.near.add(row);
        bringUp(row);
      } else {
        board.near.delete(row);
      }
    }
  },
  { rootMargin: "300px 0px" },
);

// The rows in their groups, names only: who is listed, and what is known, depends on the day.
function buildBoard() {
  const body = document.getElementById("board-body");
  body.replaceChildren();
  watcher.disconnect();
  Object.assign(board, { rows: new Map(), groups: [], near: new Set(), stale: new Set() });
  const paths = new Set([...programme.domains.map(([path]) => path), ...projects.map(({ domain }) => domain)]);
  for (const path of paths) {
    const members = projects.filter(({ domain }) => domain === path);
    if (!members.length) continue;
    const count = make("span", { class: "group-count" });
    const columns = String(programme.milestones.length + 1);
    const head = make("th", { role: "rowheader", scope: "rowgroup", colspan: columns, "aria-colspan": columns });
    head.append(make("span", { class: "group-name" }, domainName(path)), " ", count);
    const group = { row: make("tr", { role: "row", class: "group" }, head), count, members };
    board.groups.push(group);
    body.append(group.row);
    for (const project of members) body.append(buildRow(project).element);
  }
  document.getElementById("board").setAttribute("aria-colcount", String(programme.milestones.length + 1));
  document.documentElement.style.setProperty("--milestones", String(Math.max(programme.milestones.length, 1)));
}

function buildRow(project) {
  const name = make("button", { type: "button", class: "name", tabindex: "-1", lang: "zh-CN" }, project.name);
  name.addEventListener("click", () => openProject(project));
  const meta = make("span", { class: "meta" });
  const head = make("th", { role: "rowheader", scope: "row" }, name, meta);
  const element = make("tr", { role: "row", class: "project", "data-project": String(project.number) }, head);
  element.hidden = true;
  const row = { project, element, meta, state: null, filled: null };
  board.rows.set(project.number, row);
  watcher.observe(element);
  return row;
}

function showBoard(found) {
  board.stale.clear();
  for (const [number, row] of board.rows) {
    const state = found.shown.get(number);
    const isHidden = state === undefined;
    if (row.element.hidden !== isHidden) row.element.hidden = isHidden;
    if (isHidden) continue;
    row.state = state;
    const isStale = row.filled !== state;
    if (isStale) board.stale.add(row);
    row.element.classList.toggle("stale", isStale);
  }
  for (const { row, count, members } of board.groups) {
    const shown = members.reduce((sum, { number }) => sum + found.shown.has(number), 0);
    row.hidden = !shown;
    count.textContent = String(shown);
  }
  board.near.forEach(bringUp);
  fillSoon();
  showHead(found);
  const notice = document.getElementById("board-empty");
  notice.hidden = found.shown.size > 0;
  notice.textContent = word(found.listed ? "board_empty" : "not_listed");
  document.getElementById("board").hidden = !found.shown.size;
  keepFocusable();
}

function showHead(found) {
  const head = document.getElementById("board-head");
  head.replaceChildren(make("th", { role: "columnheader", scope: "col" }, word("project")));
  programme.milestones.forEach((name, step) => {
    const cell = make("th", { role: "columnheader", scope: "col" }, make("span", { class: "step-name" }, text(name)));
    const [certain, possible, registered, open] = found.counts[step] ?? [];
    if (certain !== undefined && !isFiltered() && !wanted.verdict) {
      const most = open ? `${possible}+` : String(possible);
      const button = make("button", { type: "button", class: "count", onclick: () => openStep(step) });
      button.append(
        make("span", { "aria-hidden": "true" }, `${certain} / ${most} / ${registered}`),
        unseen(`${text(name)} ${word("reached_of", { certain, possible: most, registered })}`),
      );
      button.title = word("reached_of", { certain, possible: most, registered });
      cell.append(button);
    }
    head.append(cell);
  });
}

function fillRow(row) {
  if (!board.stale.delete(row)) return;
  const { project, element } = row;
  const state = states[row.state];
  const stage = state.stage.map(stepName).join("、");
  row.meta.textContent = [project.id === project.name ? "" : project.id, deliveryName(project.delivery), sizeText(project), stage,
    data.quiet === state.activity ? "" : text(data.activities[state.activity])].filter(Boolean).join(" · ");
  const cells = state.milestones.map((number, step) => cellOf(project, state, milestones[number], step));
  element.replaceChildren(element.firstElementChild, ...cells);
  element.classList.remove("stale");
  row.filled = row.state;
}

// A row that is near: filled, and marked with the day. (A mark for the whole board at once, as a property that all
// rows inherit, would make the browser go through all of them.)
function bringUp(row) {
  fillRow(row);
  const left = percentOf(place(look.day));
  for (const now of row.element.querySelectorAll(".now")) now.style.left = left;
}

// The other rows, a few at a time, whenever nothing else is to be done.
function fillSoon() {
  clearTimeout(board.idle);
  board.idle = setTimeout(() => {
    let left = 40;
    for (const row of board.stale) {
      fillRow(row);
      left -= 1;
      if (!left) break;
    }
    if (board.stale.size) fillSoon();
  }, 30);
}

function fillAll() {
  for (const row of [...board.stale]) fillRow(row);
}

function cellOf(project, state, milestone, step) {
  const cell = make("td", { role: "gridcell" });
  const made = state.promises.map((number) => promises[number]).filter((one) => one.step === step && !(one.flags & EFFORT));
  if (!made.length && !milestone.entries.length && !milestone.counted.length) {
    cell.className = "nothing";
    const mark = project.expected.has(step) ? "·" : "";
    cell.append(make("span", { "aria-hidden": "true" }, mark), unseen(mark ? text(milestone.bounds) : "—"));
    return cell;
  }
  const answer = data.answers[milestone.answer][0];
  const button = make("button", { type: "button", class: `cell a-${answer}`, tabindex: "-1" });
  button.addEventListener("click", () => openProject(project, step));
  button.append(
    make("span", { class: "step-name" }, stepName(step)),
    make(
      "span",
      { class: "achieved" },
      make("span", { class: "sign", "aria-hidden": "true" }, ANSWER_SIGNS[answer]),
      unseen(text(data.answers[milestone.answer][1])),
      " ",
      ...unbroken(achievedText(project, milestone)),
    ),
    barOf(milestone, made),
  );
  for (const promise of made.slice(0, 2)) {
    button.append(
      make(
        "span",
        { class: "promised" },
        make("span", { class: "due" }, ...unbroken(`${word("due")} ${text(promise.deadline)}${quantityText(project, promise)}`)),
        " ",
        chip(promise.verdict),
      ),
    );
  }
  if (made.length > 2) button.append(make("span", { class: "promised" }, word("more", { count: made.length - 2 })));
  cell.append(button);
  return cell;
}

function achievedText(project, milestone) {
  if (project.size === 1) return text(milestone.bounds);
  const size = project.size ?? "?";
  return word("reached_count", { certain: milestone.certain, possible: milestone.possible ?? size, size });
}

// When it was reached, as a bar: from the first day that the evidence allows to the last; open ends fade.
function barOf({ lo, hi }, made) {
  const bar = make("span", { class: "track", "aria-hidden": "true" });
  const kind = lo === null && hi === null ? "unknown" : lo === hi ? "exact" : lo === null ? "open-start" : hi === null ? "open-end" : "closed";
  const range = make("span", { class: `range ${kind}` });
  const start = lo === null ? 0 : place(lo);
  const end = hi === null ? 100 : place(hi);
  range.style.left = percentOf(start);
  range.style.width = percentOf(end - start);
  bar.append(range);
  for (const { first, last } of made) {
    if (last === null) continue;
    const due = make("span", { class: first === last ? "limit" : "limit wide" });
    due.style.left = percentOf(place(first));
    if (first !== last) due.style.width = percentOf(place(last) - place(first));
    bar.append(due);
  }
  const now = make("span", { class: "now" });
  now.style.left = percentOf(place(look.day));
  bar.append(now);
  return bar;
}

// One stop for the tabulator key in the whole board; arrows go from cell to cell.
function keepFocusable() {
  const current = board.focused;
  if (current?.isConnected && !current.closest("tr").hidden) return;
  setFocusable(document.querySelector("#board-body tr.project:not([hidden]) .name"));
}

function setFocusable(button) {
  board.focused?.setAttribute("tabindex", "-1");
  board.focused = button;
  button?.setAttribute("tabindex", "0");
}

function moveFocus(event) {
  const button = event.target.closest("button");
  const row = button?.closest("tr.project");
  if (!row) return;
  const column = [...row.children].indexOf(button.parentElement);
  let target = null;
  if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    const buttons = [...row.querySelectorAll("button")];
    target = buttons[buttons.indexOf(button) + (event.key === "ArrowRight" ? 1 : -1)];
  } else if (event.key === "Home") {
    target = row.querySelector(".name");
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = event.key === "ArrowDown" ? "nextElementSibling" : "previousElementSibling";
    let other = row[next];
    while (other && (other.hidden || !other.classList.contains("project"))) other = other[next];
    if (!other) return;
    fillRow(board.rows.get(Number(other.dataset.project)));
    target = other.children[column]?.querySelector("button") ?? other.querySelector(".name");
  } else {
    return;
  }
  event.preventDefault();
  if (!target) return;
  setFocusable(target);
  target.focus();
}
