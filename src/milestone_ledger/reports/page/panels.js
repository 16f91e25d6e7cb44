// The panel beside the page: what a figure, a project or a total rests on.

const panel = document.getElementById("panel");

function openPanel(title, ...content) {
  document.getElementById("panel-title").textContent = title;
  const body = document.getElementById("panel-body");
  body.replaceChildren(...content);
  if (!panel.open) panel.showModal();
  body.scrollTop = 0;
  document.getElementById("panel-title").focus();
}

const pointText = () => word(`${look.mode}_long`, { day: iso(look.day) });
const pointLine = () => make("p", { class: "note" }, pointText());

function openPromises(what, pairs) {
  const list = make("ul", { class: "promises" });
  fillList(list, pairs, ([project, promise]) => promiseItem(project, promise));
  openPanel(word("promise_list", { what, count: pairs.length }), pointLine(), list);
}

function projectLine(project) {
  const state = runAt(data.modes[look.mode].states[project.number], dayIndex(look.day));
  const stage = state === null ? "" : states[state].stage.map(stepName).join("、");
  return [project, state, stage];
}

function openProjects(what, numbers) {
  const list = make("ul", { class: "promises" });
  fillList(list, numbers, (number) => {
    const [project, , stage] = projectLine(projects[number]);
    return make("li", {}, projectButton(project), " ", make("span", { class: "note" }, [sizeText(project), stage].filter(Boolean).join(" · ")));
  });
  openPanel(word("project_list", { what, count: numbers.length }), pointLine(), list);
}

// What the numbers of a milestone count: the projects that had reached it for certain, and those that may have.
function openStep(step) {
  const groups = { certain: [], possible: [] };
  const units = { certain: 0, possible: 0 };
  let open = "";
  for (const project of projects) {
    const [, number] = projectLine(project);
    if (number === null || !states[number].counted.includes(step)) continue;
    const milestone = milestones[states[number].milestones[step]];
    const [certain, possible] = unitsOf(project, milestone);
    if (certain) groups.certain.push([project, milestone]);
    if (possible > certain || (project.size !== 1 && milestone.possible === null)) groups.possible.push([project, milestone]);
    units.certain += certain;
    units.possible += possible;
    if (project.size !== 1 && milestone.possible === null) open = "+";
  }
  const titles = {
    certain: `${word("certain")}${colon()}${units.certain}`,
    possible: `${word("possible")}${colon()}${units.possible}${open}${aside(word("possible_rest"))}`,
  };
  const parts = Object.entries(groups).flatMap(([name, found]) => {
    const list = make("ul", { class: "promises" });
    fillList(list, found, ([project, milestone]) =>
      make("li", { class: "promise" }, projectButton(project), " ", achievedText(project, milestone), " ",
        make("span", { class: "note" }, cites([...new Set([...milestone.entries, ...milestone.counted])]))),
    );
    return [make("h3", {}, titles[name]), list];
  });
  openPanel(stepName(step), pointLine(), ...parts);
}

// How many units of a project had, and may have, reached a milestone; of an open batch at least one may.
function unitsOf(project, { answer, certain, possible }) {
  if (project.size === 1) {
    const [value] = data.answers[answer];
    return [value === "yes" ? 1 : 0, value === "no" ? 0 : 1];
  }
  return [certain, possible ?? Math.max(certain, 1)];
}

// One project: what it is, where it stands, what was promised, and every statement.
function openProject(project, step = null) {
  const [, number] = projectLine(project);
  const facts = make("dl", { class: "facts" });
  const add = (name, value) => value && facts.append(fact(name, value));
  add(word("id"), project.id);
  add(word("domain"), domainName(project.domain));
  add(word("delivery"), deliveryName(project.delivery));
  add(word("quantity"), sizeText(project));
  add(word("aliases"), project.aliases.join(separator()));
  if (project.batch !== null) facts.append(fact(word("of_batch"), projectButton(projects[project.batch])));
  if (project.members.length) facts.append(fact(word("members"), ...project.members.flatMap((one) => [projectButton(one), " "])));
  const parts = [pointLine(), facts];
  if (project.note) parts.push(make("p", { class: "note" }, project.note));
  if (number !== null) parts.push(...stateParts(project, states[number], step, add));
  parts.push(make("h3", {}, word("statements")), statementList(project));
  openPanel(project.name, ...parts);
  document.querySelector("#panel .chosen")?.scrollIntoView({ block: "center" });
}

function stateParts(project, state, step, add) {
  add(word("stage"), state.stage.map(stepName).join("、") || word("no_evidence"));
  if (state.next !== null) add(word("next"), stepName(state.next));
  add(word("activity"), text(data.activities[state.activity]));
  const rows = state.milestones.map((number, place_) => [milestones[number], place_]);
  const known = rows.filter(([milestone]) => milestone.entries.length || milestone.counted.length);
  const list = make("ul", { class: "promises" });
  for (const [milestone, place_] of known) {
    const answer = data.answers[milestone.answer];
    list.append(
      make("li", { class: place_ === step ? "promise chosen" : "promise" },
        make("p", { class: "promise-head" },
          make("strong", {}, stepName(place_)), " ",
          make("span", { class: "sign", "aria-hidden": "true" }, ANSWER_SIGNS[answer[0]]), " ", text(answer[1])),
        make("dl", { class: "facts" },
          fact(word("achieved"), project.size === 1 ? text(milestone.bounds) : `${achievedText(project, milestone)}${separator()}${text(milestone.bounds)}`),
          fact(word("rests_on"), cites([...new Set([...milestone.entries, ...milestone.counted])])))),
    );
  }
  const made = state.promises.map((number) => promises[number]);
  const parts = known.length ? [make("h3", {}, word("milestones")), list] : [];
  for (const [name, chosen] of [["promises", made.filter(({ flags }) => !(flags & EFFORT))], ["efforts", made.filter(({ flags }) => flags & EFFORT)]]) {
    if (!chosen.length) continue;
    const items = chosen.map((promise) => promiseItem(project, promise, false));
    items.forEach((item, at) => item.classList.toggle("chosen", !known.some(([, place_]) => place_ === step) && chosen[at].step === step));
    parts.push(make("h3", {}, word(name)), make("ul", { class: "promises" }, ...items));
  }
  return parts;
}

// Every statement that the point of view knows of; one that no longer holds is struck through, with what says so.
function statementList(project) {
  const seen = ({ published }) => look.mode === "hindsight" || published === null || published <= look.day;
  const list = make("ol", { class: "statements" });
  for (const entry of said[project.number].filter(seen)) {
    const { source } = entry;
    const by = entry.retractions.map((number) => entries[number]).find(seen);
    const head = make("p", { class: "source" }, make("span", { class: "seq" }, `#${entry.seq}`), " ",
      entry.published === null ? "" : make("time", { datetime: iso(entry.published) }, iso(entry.published)), " ",
      make("span", { class: "source-id" }, source?.id ?? ""), " ", make("span", { class: "locator" }, entry.locator));
    if (source) head.append(make("span", { class: "source-title" }, [source.title, source.issuer, source.number].filter(Boolean).join(" · ")));
    const says = make(by ? "del" : "span", { class: "says" }, text(entry.says));
    const item = make("li", { class: by ? "taken-back" : "" }, head, make("p", {}, says));
    if (by) item.append(make("p", { class: "by" }, word("taken_back_by"), cite(by.number), " ", text(by.says)));
    if (entry.published !== null && entry.published > look.day) item.append(make("p", { class: "note" }, word("later_than_day")));
    list.append(item);
  }
  return list;
}

function openTotal(total) {
  const facts = make("dl", { class: "facts" },
    fact(word("says"), text(total.entry.says)),
    fact(word("source"), cite(total.entry.number)),
    fact(word("total_day"), iso(total.on)),
    fact(word("certain"), total.certain === null ? "—" : String(total.certain)),
    fact(word("possible"), possibleText(total)),
    fact(word("registered"), String(total.registered)),
    fact(word("missing"), total.missing === null ? "—" : String(total.missing)),
    fact(word("fit"), text(total.fit)));
  const parts = [pointLine(), facts];
  const examples = make("ul", { class: "promises" });
  fillList(examples, total.examples, (number) => make("li", { class: "promise" },
    ...(entries[number].project === null ? [] : [projectButton(projects[entries[number].project]), " "]), text(entries[number].says), " ", cite(number)));
  if (total.examples.length) parts.push(make("h3", {}, word("examples")), examples);
  for (const [name, numbers] of [["reached_projects", total.reached()], ["in_scope", total.scope()]]) {
    const list = make("ul", { class: "promises" });
    fillList(list, numbers, (number) => make("li", {}, projectButton(projects[number]), " ", sizeText(projects[number])));
    parts.push(make("h3", {}, `${word(name)}${aside(String(numbers.length))}`), list);
  }
  openPanel(text(total.entry.says), ...parts);
}

function possibleText(total) {
  if (total.certain === null) return "—";
  return total.possible === null ? word("unlimited") : String(total.possible);
}
