"""
Portfolios of any size: what offices promised and reported from 2018 to 2022, drawn from a seed.

An office answers for a thousand projects. It publishes a plan each year and a report each month, so the
number of documents grows with the portfolio. Behind each project stands a course of days on which its
milestones are truly reached, and what documents report is true of it; so nothing contradicts, and everything
may be recorded. What a document or a clerk got wrong is retracted before more is said of the project.

The same arguments give the same events, in the order in which an office would record them.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import attrs
from attrs import define, field

from bench.statements import achieved, evidence, locator, locator_of, note, promise
from bench.subjects import DOMAINS, MODES, SHARES, Document, Subject, programme
from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate

YEARS = range(2018, 2023)
START, END = date(2018, 1, 1), date(2022, 12, 31)
# When each office publishes what may follow the portfolio.
AFTER = date(2023, 1, 15)
OFFICE = 1000
# The project with a thousand entries, one in every portfolio.
LONG = "long"
LONG_ENTRIES = 1000


@define
class Said:
    """
    A statement of one document; ``right`` is what a clerk should have recorded instead.

    ``corrected_by`` is the document that says that this one was wrong.
    """

    event: on.Event
    right: on.Event | None = None
    corrected_by: Document | None = None


@define
class Office:
    """
    One office: its documents, its projects, and what each document says.
    """

    number: int
    documents: list[Document]
    subjects: list[Subject]
    registrations: list[on.Event]
    said: defaultdict[str, list[Said]] = field(factory=lambda: defaultdict(list))

    def commits(self, first: int) -> Iterator[list[on.Event]]:
        """
        What the office records, commit by commit, if its first entry gets the number ``first``.

        All its documents and projects; then each document, and after it what a clerk got wrong in it.
        """
        events: list[on.Event] = [document.registration() for document in self.documents]
        events += self.registrations
        yield events
        seq = first + len(events)
        corrections: defaultdict[str, list[int]] = defaultdict(list)
        for document in self.documents:
            said = self.said[document.id]
            events = [
                on.EntryRetracted(target=target, source=document.id, locator="附件2", note="经核实，原文有误")
                for target in corrections.pop(document.id, ())
            ]
            slips: list[on.Event] = []
            for one in said:
                target = seq + len(events)
                events.append(one.event)
                if one.right is not None:
                    slips.append(
                        on.EntryRetracted(
                            target=target, source=document.id, locator=locator_of(one.event), note="录入有误"
                        )
                    )
                    slips.append(one.right)
                elif one.corrected_by is not None:
                    corrections[one.corrected_by.id].append(target)
            for part in (events, slips):
                if part:
                    yield part
                    seq += len(part)

    def further(self) -> Iterator[on.Event]:
        """
        One more true statement, of its last document, about each named project that stands alone.
        """
        rng = random.Random(f"further {self.number}")
        document = self.documents[-1]
        for subject in self.subjects:
            if subject.is_alone and subject.size == 1:
                yield evidence(rng, subject, document)


def offices(count: int, *, seed: int = 1) -> Iterator[Office]:
    """
    The offices of a portfolio of ``count`` projects.
    """
    for number, first in enumerate(range(0, count, OFFICE)):
        rng = random.Random(f"{seed} {number}")
        yield _office(rng, number, range(first, min(first + OFFICE, count)))


def commits(count: int, *, seed: int = 1) -> Iterator[list[on.Event]]:
    """
    The whole log of a portfolio of ``count`` projects, and the long one, commit by commit from seq 0.
    """
    yield [on.ProgrammeDefined(programme())]
    seq = 1
    for office in offices(count, seed=seed):
        for events in office.commits(seq):
            yield events
            seq += len(events)
    yield long_project(seq)


def further(count: int, *, seed: int = 1) -> Iterator[on.Event]:
    """
    Statements that may follow the portfolio, one each about different projects.
    """
    for office in offices(count, seed=seed):
        yield from office.further()


def _office(rng: random.Random, number: int, places: range) -> Office:
    documents = sorted(_documents(rng, number), key=lambda document: document.day)
    office = Office(number, documents, [], [])
    batch: Subject | None = None
    for place in places:
        if batch is not None and len(batch.courses) > 1:
            # The next unit of the batch is a project with a name of its own.
            course, *others = batch.courses
            subject = Subject(f"p{place:07}", batch.delivery, 1, (course,), batch.id, is_alone=False)
            batch = attrs.evolve(batch, courses=tuple(others)) if rng.random() < 0.6 else None
        else:
            subject = _subject(rng, place)
            batch = subject if subject.size != 1 and rng.random() < 0.6 else None
        office.subjects.append(subject)
        office.registrations.append(_registration(rng, subject))
        _tell(rng, office, subject)
    for document in documents:
        _sum_up(rng, office, document)
    return office


def _documents(rng: random.Random, number: int) -> Iterator[Document]:
    for year in YEARS:
        yield Document(f"o{number}-{year}", date(year, rng.randint(1, 3), rng.randint(1, 2)), is_plan=True)
        for month in range(1, 13):
            yield Document(f"o{number}-{year}-{month:02}", date(year, month, rng.randint(3, 27)))
    yield Document(f"o{number}-2023-01", AFTER)


def _subject(rng: random.Random, place: int) -> Subject:
    delivery = rng.choices(list(SHARES), list(SHARES.values()))[0]
    is_batch = rng.random() < 0.02
    units = rng.randint(3, 20) if is_batch else 1
    first = START + timedelta(rng.randint(-150, 1500))
    courses = tuple(_course(rng, delivery, first) for _ in range(units))
    is_counted = not is_batch or rng.random() < 0.9
    return Subject(f"p{place:07}", delivery, units if is_counted else None, courses)


def _course(rng: random.Random, delivery: str | None, first: date) -> dict[str, date]:
    day, course = first, {}
    for step in MODES[delivery or "new_build"]:
        day += timedelta(rng.randint(20, 420))
        course[step] = day
    return course


def _registration(rng: random.Random, subject: Subject) -> on.ProjectRegistered:
    domain = rng.choice(DOMAINS)
    return on.ProjectRegistered(
        project=subject.id,
        name=f"{domain.split('/')[1]}建设工程（{subject.id[1:]}号）",
        domain=domain,
        delivery=subject.delivery,
        size=subject.size,
        measure="" if subject.size == 1 else "处",
        member_of=subject.member_of,
    )


def _tell(rng: random.Random, office: Office, subject: Subject) -> None:
    """
    Let the documents speak of a project: from a first plan on, in some plans and some reports.
    """
    plans = [document for document in office.documents if document.is_plan]
    since = rng.choices(range(5), (30, 25, 20, 15, 10))[0]
    for plan in plans[since:]:
        if plan is plans[since] or rng.random() < 0.55:
            for _ in range(rng.choice((1, 1, 2))):
                office.said[plan.id].append(_slipped(rng, subject, promise(rng, subject, plan), plan))
    later = [d for d in office.documents[:-1] if not d.is_plan and d.day > plans[since].day]
    reports = sorted(rng.sample(later, min(len(later), rng.randint(4, 11))), key=lambda d: d.day)
    for report, following in zip(reports, [*reports[1:], None], strict=True):
        office.said[report.id].append(_reported(rng, subject, report, following))
    if rng.random() < 0.015:
        amended = on.ProjectAmended(project=subject.id, aliases=(f"{subject.id}（原名）",))
        office.said[reports[-1].id].append(Said(amended))


def _reported(rng: random.Random, subject: Subject, report: Document, following: Document | None) -> Said:
    drawn = rng.random()
    if drawn < 0.25:
        milestone = rng.choice((None, *subject.steps))
        return _slipped(rng, subject, note(rng, subject, report, milestone), report)
    if drawn < 0.29:
        activity = rng.choices(list(on.Activity), (40, 40, 15, 5))[0]
        return Said(
            on.ActivityChanged(
                source=report.id,
                locator=locator(rng),
                project=subject.id,
                activity=activity,
                on=report.day - timedelta(rng.randint(0, 20)),
                note="因征拆未完成" if activity is on.Activity.SUSPENDED else "",
            )
        )
    found = evidence(rng, subject, report)
    missed = [step for step in subject.steps if not subject.reached(step, report.day)]
    if subject.is_alone and subject.size == 1 and missed:
        drawn = rng.random()
        if drawn < 0.012:
            wrong = achieved(rng, subject, report, missed[0], UncertainDate.by(report.day))
            if following is not None and drawn < 0.008:
                return Said(wrong, corrected_by=following)
            return Said(wrong, right=found)
        if drawn < 0.016:
            days, why = UncertainDate.by(report.day), "与上级部门通报不一致，待核"
            return Said(achieved(rng, subject, report, missed[0], days, contested=True, said=why))
    return _slipped(rng, subject, found, report)


def _slipped(rng: random.Random, subject: Subject, event: on.ProjectStatement, document: Document) -> Said:
    """
    Perhaps a clerk first recorded it at the wrong place of the document, or coarser than it stands there.
    """
    if rng.random() > 0.02:
        return Said(event)
    if isinstance(event, on.MilestoneAchieved) and event.quantity is None:
        by = UncertainDate.by(document.day)
        return Said(achieved(rng, subject, document, event.milestone, by), right=event)
    return Said(attrs.evolve(event, locator=locator(rng)), right=event)


def _sum_up(rng: random.Random, office: Office, document: Document) -> None:
    """
    Beside what it says of projects, a report gives a total and an indicator.
    """
    if document.is_plan or document is office.documents[-1]:
        return
    office.said[document.id] += [
        Said(
            on.TotalReported(
                source=document.id,
                locator="引言",
                what="已开工项目",
                count=rng.randint(1, OFFICE),
                on=UncertainDate.on(document.day),
                milestones=("started",),
            )
        ),
        Said(
            on.IndicatorObserved(
                source=document.id,
                locator="引言",
                name="新增学位",
                value=Decimal(rng.randint(0, 5000)),
                measure="个",
                occurred=UncertainDate.on(document.day),
            )
        ),
    ]


def long_project(first: int) -> list[on.Event]:
    """
    One project of which weekly reports said a thousand things; its first entry gets the number ``first``.
    """
    rng = random.Random(LONG)
    days = [START + timedelta(7 * week + 3) for week in range(250)]
    documents = [Document(f"{LONG}-{number}", day) for number, day in enumerate(days)]
    course = {step: START + timedelta(250 * place + 90) for place, step in enumerate(MODES["new_build"])}
    subject = Subject(LONG, "new_build", 1, (course,))
    events: list[on.Event] = [document.registration() for document in documents]
    events.append(_registration(rng, subject))
    for number in range(LONG_ENTRIES - 1):
        document = documents[number % len(documents)]
        if number % 4 == 0:
            events.append(note(rng, subject, document, None))
        else:
            events.append(evidence(rng, subject, document))
        if number % 50 == 49:
            target = first + len(events) - 1
            events.append(
                on.EntryRetracted(target=target, source=document.id, locator="附件2", note="录入有误")
            )
    return events
