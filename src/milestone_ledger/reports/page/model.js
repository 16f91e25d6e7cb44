"use strict";
// What the page holds, and what of it holds on the day that is looked at. Nothing here judges anything: every
// state and verdict was worked out beforehand for each day on which one changes, and is only looked up.

const data = JSON.parse(document.getElementById("data").textContent);
const DAY = 86400000;
const [IN_HEADLINE, EARLY, AFTER_ACHIEVEMENT, DUE_SOON, EFFORT] = [1, 2, 4, 8, 16];

// From where the page looks, and what it is asked to show.
const look = { day: data.opens_on ?? 0, mode: "hindsight", language: "zh" };
const wanted = { domain: "", unit: "", delivery: "", verdict: "", search: "" };

const text = (number) => {
  const found = data.texts[number];
  return typeof found === "string" ? found : found[look.language === "zh" ? 0 : 1];
};

const word = (key, blanks = {}) =>
  data.words[key][look.language === "zh" ? 0 : 1].replace(/\{(\w+)\}/g, (_, name) => String(blanks[name]));

const iso = (day) => new Date(day * DAY).toISOString().slice(0, 10);
const normal = (name) => name.normalize("NFKC").toLowerCase();
const separator = () => (look.language === "zh" ? "；" : "; ");
const aside = (said) => (look.language === "zh" ? `（${said}）` : ` (${said})`);
const colon = () => (look.language === "zh" ? "：" : ": ");

const programme = data.programme ?? { milestones: [], deliveries: {}, domains: [], units: [], unit_of: {} };

const projects = data.projects.map(([id, name, aliases, domain, delivery, size, measure, batch, note], number) => ({
  number, id, name, aliases, domain, delivery, size, measure, batch, note,
  search: normal([id, name, ...aliases].join("\n")),
  expected: new Set((programme.deliveries[delivery] ?? [0, programme.milestones.map((_, step) => step)])[1]),
  members: [],
}));
for (const project of projects) {
  if (project.batch !== null) projects[project.batch].members.push(project);
}

const states = data.states.map(([stage, activity, status, next, milestones, promises, counted]) => ({
  stage, activity, status, next, milestones, promises, counted,
}));
const milestones = data.milestones.map(([answer, lo, hi, bounds, certain, possible, entries, counted]) => ({
  answer, lo, hi, bounds, certain, possible, entries, counted,
}));
const promises = data.promises.map(
  ([step, quantity, segment, firmness, verdict, current, flags, first, last, deadline, moved, lo, hi, bounds, made,
    evidence, units, need, split]) => ({
    step, quantity, segment, firmness, verdict, current, flags, first, last, deadline, moved, lo, hi, bounds, made,
    evidence, units, need, split,
    keys: units.length ? [...new Set(units.map((unit) => unitKey(unit)))] : ["none"],
  }),
);
const sources = data.sources.map(([id, title, issuer, number]) => ({ id, title, issuer, number }));
const entries = data.entries.map(([seq, published, source, locator, says, project, retractions, ...total], number) => ({
  number, seq, published, source: source === null ? null : sources[source], locator, says, project, retractions, total,
}));
const said = projects.map(() => []);
for (const entry of entries) if (entry.project !== null) said[entry.project].push(entry);
for (const list of said) list.sort((one, two) => one.published - two.published || one.seq - two.seq);

// A unit under its present name; one that the programme does not know, by what the document calls it.
function unitKey(unit) {
  return unit in programme.unit_of ? `u${programme.unit_of[unit]}` : `t${unit}`;
}

// The number of the last day of change that is not after `day`; before the first, the first.
function dayIndex(day) {
  let low = 0;
  let high = data.days.length - 1;
  let found = 0;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (data.days[middle] <= day) {
      found = middle;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return found;
}

// What a run says on a day of change: runs are [since, answer, since, answer, …].
function runAt(runs, index) {
  let low = 0;
  let high = runs.length / 2 - 1;
  let found = -1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (runs[2 * middle] <= index) {
      found = middle;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return found < 0 ? null : runs[2 * found + 1];
}

const isFiltered = () => Boolean(wanted.domain || wanted.unit || wanted.delivery || wanted.search);

function isSearched(project) {
  return (
    (!wanted.domain || project.domain === wanted.domain || project.domain.startsWith(`${wanted.domain}/`)) &&
    (!wanted.delivery || (project.delivery ?? "none") === wanted.delivery) &&
    (!wanted.search || project.search.includes(normal(wanted.search)))
  );
}

const isOfUnit = (promise) => !wanted.unit || promise.keys.includes(wanted.unit);
const isListed = (promise) => !(promise.flags & (EFFORT | AFTER_ACHIEVEMENT));

// Everything that the filters leave on the day: the states shown, and the promises counted.
function survey() {
  const index = dayIndex(look.day);
  const mode = data.modes[look.mode];
  const verdict = wanted.verdict === "" ? null : Number(wanted.verdict);
  const found = { shown: new Map(), listed: 0, counted: [], figures: null, counts: [], totals: [], lists: null };
  found.lists = { due_soon: [], overdue: [], unverified: [] };
  const [overdue, unverified] = [verdictNumber("overdue"), verdictNumber("unverified")];
  for (const project of projects) {
    const number = runAt(mode.states[project.number], index);
    if (number === null) continue;
    found.listed += 1;
    if (!isSearched(project)) continue;
    const made = states[number].promises.map((one) => promises[one]).filter(isOfUnit);
    if (wanted.unit && !made.length) continue;
    for (const promise of made) {
      if (promise.flags & IN_HEADLINE) found.counted.push([project, promise]);
      if (!isListed(promise)) continue;
      if (promise.flags & DUE_SOON) found.lists.due_soon.push([project, promise]);
      if (promise.verdict === overdue) found.lists.overdue.push([project, promise]);
      if (promise.verdict === unverified) found.lists.unverified.push([project, promise]);
    }
    if (verdict === null || made.some((promise) => promise.verdict === verdict)) {
      found.shown.set(project.number, number);
    }
  }
  found.figures = isFiltered() ? summed(found.counted) : figuresAt(mode, index);
  found.counts = found.listed ? runAt(mode.counts, index) : [];
  found.totals = (runAt(mode.totals, index) ?? []).map((number) => totalOf(data.totals[number]));
  return found;
}

const verdictNumber = (name) => data.verdicts.findIndex(([value]) => value === name);

function totalOf([entry, on, certain, possible, registered, missing, fit, examples, scope, reached]) {
  const spread = (spans) => {
    const numbers = [];
    for (let place = 0; place < spans.length; place += 2) {
      for (let more = 0; more < spans[place + 1]; more += 1) numbers.push(spans[place] + more);
    }
    return numbers;
  };
  return {
    entry: entries[entry], on, certain, possible, registered, missing, fit, examples,
    scope: () => spread(scope), reached: () => spread(reached),
  };
}

function figuresAt(mode, index) {
  const row = runAt(mode.figures, index) ?? [];
  const figures = Object.fromEntries(data.figures.map((name, place) => [name, row[place] ?? 0]));
  const [coverage, least, most] = row.slice(data.figures.length);
  return withSums({ ...figures, coverage: coverage ?? null, least: least ?? null, most: most ?? null });
}

// The same figures of a selection: how many rows there are of each verdict. Of small numbers there are no shares.
function summed(counted) {
  const figures = Object.fromEntries(data.figures.map((name) => [name, 0]));
  for (const [, promise] of counted) {
    figures[data.verdicts[promise.verdict][0]] += 1;
    if (promise.flags & EARLY) figures.kept_early += 1;
  }
  const sums = withSums({ ...figures, coverage: null, least: null, most: null });
  if (sums.settled >= data.small) {
    sums.coverage = percent(1 - sums.undetermined / sums.settled);
    sums.least = percent(sums.kept / sums.settled);
    sums.most = percent((sums.kept + sums.undetermined) / sums.settled);
  }
  return sums;
}

function withSums(figures) {
  const broken = figures.kept_late + figures.overdue;
  const undetermined = figures.date_unknown + figures.unverified;
  return { ...figures, broken, undetermined, settled: figures.kept + broken + undetermined };
}

// A share as whole per cent; nothing is rounded to none or to all, and halves go to the even number.
function percent(share) {
  if (share > 0 && share <= 0.005) return "<1%";
  if (share >= 0.995 && share < 1) return ">99%";
  const whole = Math.floor(share * 100);
  const rest = share * 100 - whole;
  return `${rest > 0.5 || (rest === 0.5 && whole % 2) ? whole + 1 : whole}%`;
}

// Why there is no share.
const shareless = ({ settled }) => (settled ? word("too_few", { number: data.small }) : word("undefined"));

function shareText(figures) {
  if (figures.least === null) return shareless(figures);
  return figures.least === figures.most ? figures.least : word("range", figures);
}
