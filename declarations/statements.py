"""The check-in's statements: a short one for whom nobody else can be meant, a whole one for all.

Each is one for a local day, whose parts it names: planning over all parts costs more than the
writing. Both are made of the same pieces and end in what declarations.check_in is told.
"""

from datetime import date, timedelta
from functools import lru_cache

from venues.kinds import Kind, usual_stay

from . import partitions
from .models import Declaration, Visit
from .people import RESOLVED

# This is declarations.sightings for whoever comes now; what else is known already is settled after.
# A visit that is known to have ended later stays as it is: by that one sees that there is more.
_MOVED_ON = """
UPDATE {part} before SET (left_at, left_reason) = (
    SELECT coalesce(before.left_at, least(before.entered_at + usual.stay, %(entered_at)s)),
        CASE WHEN before.left_at IS NOT NULL THEN before.left_reason
            WHEN before.entered_at + usual.stay < %(entered_at)s THEN %(usual_stay)s
            ELSE %(moved_on)s END
    FROM (SELECT {usual_stay} AS stay FROM venues_venue WHERE id = before.venue_id) usual
)
WHERE before.visitor_id = ANY (ARRAY(SELECT visitor FROM arrival WHERE is_theirs)) AND %(is_observed)s
  AND before.evidence <= %(evidence_observed)s AND (left_at IS NULL OR left_at > %(entered_at)s)
  AND entered_at >= %(entered_since)s AND entered_at < %(entered_at)s
RETURNING venue_id, left_at, left_reason
"""


def _kinds_of(stay: timedelta) -> str:
    return ", ".join(f"'{kind}'" for kind in Kind if usual_stay(kind) == stay)


# Of a few lengths: the statement holds this several times, and pays for each branch when it starts.
_USUAL_STAY = "CASE {} END".format(
    " ".join(
        f"WHEN kind IN ({_kinds_of(stay)}) THEN interval '{stay.total_seconds():.0f} seconds'"
        for stay in dict.fromkeys(map(usual_stay, Kind))
    )
)
# Whether these people were seen afterwards already, or are turned away only now, or no more.
# Limited to one each, so that their own visits are looked up: joined, all of a day's may be read
# while its part is new and nobody counted it.
_TO_SETTLE = """EXISTS (
    SELECT FROM arrival CROSS JOIN LATERAL (
        SELECT FROM {today} WHERE visitor_id = arrival.visitor AND entered_at >= %(entered_at)s
          AND (entered_at > %(entered_at)s OR left_at IS NOT NULL OR {outcome} = %(stop)s)
        LIMIT 1
    ) seen_later
) OR EXISTS (SELECT FROM moved_on WHERE left_at > %(entered_at)s)
  OR EXISTS (SELECT FROM moved_on_overnight WHERE left_at > %(entered_at)s)"""

# Where the form came before, its visit is of whoever stands there now, as well as they say now.
_VISITS = """
INSERT INTO {visits} AS visit
    (venue_id, entered_at, recorded_at, evidence, outcome, id, visitor_id, left_at, left_reason)
SELECT %(venue)s, %(entered_at)s, %(now)s,
    CASE WHEN is_theirs THEN %(evidence)s ELSE %(claimed)s END, {outcome}, visit, visitor,
    CASE WHEN {outcome} = %(stop)s THEN %(entered_at)s END,
    CASE WHEN {outcome} = %(stop)s THEN %(turned_away)s END
FROM arrival
ON CONFLICT (venue_id, entered_at, id) {again}
RETURNING xmax = 0 AS is_new
"""
_AGAIN = """DO UPDATE SET
    outcome = excluded.outcome, visitor_id = excluded.visitor_id, evidence = excluded.evidence
WHERE visit.outcome <> excluded.outcome OR visit.visitor_id <> excluded.visitor_id"""

# What this changes in the tallies; nothing, when the same form came before. (A row's xmax is 0
# when it was inserted and not updated.)
_MARKS = """
INSERT INTO declarations_tallymark
    (venue_id, at, arrived, left_moved_on, left_usual_stay, left_turned_away, declared, ask, stop,
     symptomatic, contact)
SELECT %(venue)s, %(entered_at)s, arrived, 0, 0, arrived * ({outcome} = %(stop)s)::int, {declared}
FROM (SELECT count(*) FILTER (WHERE is_new) AS arrived FROM visit) arrivals, {declared_by}
WHERE arrived + declared > 0
UNION ALL
SELECT venue_id, left_at, 0, count(*) FILTER (WHERE left_reason = %(moved_on)s),
    count(*) FILTER (WHERE left_reason = %(usual_stay)s), 0, 0, 0, 0, 0, 0
FROM (SELECT * FROM moved_on UNION ALL SELECT * FROM moved_on_overnight) departed
WHERE left_at <= %(entered_at)s GROUP BY venue_id, left_at
"""
_NOT_DECLARED = {"declared": "0, 0, 0, 0, 0", "declared_by": "(SELECT 0 AS declared) none"}
_DECLARED = {
    "declared": """declared, declared * (%(outcome)s = 1)::int, declared * (%(outcome)s = 2)::int,
    declared * (%(symptoms)s > 0)::int,
    declared * (%(case_contact)s OR %(area_contact)s OR %(symptomatic_contact)s)::int""",
    "declared_by": "(SELECT count(*)::int AS declared FROM declaration) declarations",
}

# A form of people who were never heard of, or are known by this very phone, is written at once.
# If there is anything to see to, or the form came before, this writes nothing, and the form is
# looked into as a whole.
DECLARE = """
WITH arrival AS MATERIALIZED (
    SELECT one.*, key AS visitor, true AS is_theirs FROM unnest(
        %(keys)s::uuid[], %(spellings)s::uuid[], %(folds)s::uuid[], %(phones)s::uuid[],
        %(born)s::int[], %(documents)s::uuid[], %(masks)s::text[], %(sealed)s::bytea[],
        %(visits)s::uuid[], %(ids)s::uuid[], %(places)s::bytea[], %(on_behalf)s::boolean[]
    ) AS one (key, spelling, fold, phone, born, document, mask, sealed, visit, declaration,
        places, on_behalf)
    WHERE NOT EXISTS (
        SELECT FROM declarations_visitor
        WHERE phone_hash = ANY (%(phones)s::uuid[]) AND fold = ANY (%(folds)s::uuid[]) AND NOT (
            key = ANY (%(keys)s::uuid[]) AND is_own
            AND coalesce(memory = %(memory)s::uuid, false)
            AND coalesce(%(papers)s = '{{}}' OR document_hash = ANY (%(papers)s::uuid[]), true)
        )
    ) AND NOT EXISTS (SELECT FROM declarations_visitor WHERE key = ANY (%(formers)s::uuid[]))
      AND {is_first}
)"""
RETURN = """
WITH known AS MATERIALIZED (
    SELECT count(*) AS people, max(outcome) AS outcome FROM declarations_visitor
    WHERE key = ANY (%(keys)s::uuid[]) AND memory = %(memory)s::uuid AND declared_on = %(day)s
), arrival AS MATERIALIZED (
    SELECT visitor, visit, true AS is_theirs
    FROM known, unnest(%(keys)s::uuid[], %(visits)s::uuid[]) AS one (visitor, visit)
    WHERE people = %(number)s AND {is_first}
)"""
_IS_FIRST = """NOT EXISTS (
    SELECT FROM {visits} WHERE venue_id = %(venue)s AND entered_at = %(entered_at)s
      AND id BETWEEN %(first)s AND %(last)s
)"""
_DONE = """
SELECT count(*), {newcomers}, {outcome}, {to_settle} FROM visit
"""
_OWN = """
visitor AS (
    INSERT INTO declarations_visitor AS visitor
        (key, phone_hash, fold, spelling, born, memory, is_own, document_hash, residence_id,
         sealing_key_id, seen_on, declared_on, outcome, burst, mask, sealed)
    SELECT key, phone, fold, spelling, born, %(memory)s::uuid, %(memory)s::uuid IS NOT NULL,
        document, %(residence)s, %(key)s, %(day)s, %(day)s, %(outcome)s, %(burst)s, mask, sealed
    FROM arrival ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
        spelling = coalesce(visitor.spelling, excluded.spelling),
        seen_on = greatest(excluded.seen_on, visitor.seen_on),
        document_hash = coalesce(excluded.document_hash, visitor.document_hash),
        residence_id = excluded.residence_id, sealing_key_id = excluded.sealing_key_id,
        declared_on = excluded.declared_on, outcome = excluded.outcome, mask = excluded.mask,
        sealed = excluded.sealed
    WHERE visitor.memory = excluded.memory
    RETURNING xmax = 0 AS is_new
)"""

# Nobody arrives while it must be asked who is meant, while others are here by this form, or by
# one tap without a declaration of the day.
_ARRIVAL = """
stale AS MATERIALIZED (
    SELECT visit.id FROM {visits} visit LEFT JOIN resolved ON resolved.visit = visit.id
    WHERE visit.venue_id = %(venue)s AND visit.entered_at = %(entered_at)s
      AND visit.id BETWEEN %(first)s AND %(last)s
      AND (resolved.visit IS NULL OR resolved.visitor <> visit.visitor_id)
), arrival AS MATERIALIZED (
    SELECT * FROM resolved
    WHERE (SELECT outcome FROM said) IS NOT NULL AND NOT EXISTS (SELECT FROM stale)
      AND NOT EXISTS (SELECT FROM resolved WHERE visitor IS NULL)
)"""

# By one tap somebody is who they were at the declaration, and as well as this phone's own newest
# declaration says. What another phone declared of them decides nothing here.
RETURN_WHOLE = f"""
WITH resolved AS MATERIALIZED (
    SELECT person.*, false AS is_new, coalesce(
        known.memory IS NOT DISTINCT FROM %(memory)s::uuid, false) AS is_theirs,
        CASE WHEN known.memory IS NOT DISTINCT FROM %(memory)s::uuid
            THEN CASE WHEN known.declared_on = %(day)s THEN known.outcome END
            ELSE (
                SELECT version.outcome FROM declarations_version version
                WHERE version.visitor_id = person.visitor AND version.source = %(memory)s::uuid
                  AND version.declared_on = %(day)s
            ) END AS said
    FROM unnest(%(keys)s::uuid[], %(visits)s::uuid[]) WITH ORDINALITY
        AS person (visitor, visit, place)
    JOIN declarations_visitor known ON known.key = person.visitor
), said AS MATERIALIZED (SELECT max(said) AS outcome FROM resolved), {_ARRIVAL}
"""  # noqa: S608 - our own texts only

DECLARE_WHOLE = f"""
WITH person AS MATERIALIZED (
    SELECT * FROM unnest(
        %(keys)s::uuid[], %(spellings)s::uuid[], %(folds)s::uuid[], %(formers)s::uuid[],
        %(joins)s::boolean[], %(phones)s::uuid[], %(born)s::int[], %(documents)s::uuid[],
        %(masks)s::text[], %(sealed)s::bytea[], %(visits)s::uuid[], %(ids)s::uuid[],
        %(codes)s::uuid[], %(places)s::bytea[], %(on_behalf)s::boolean[]
    ) WITH ORDINALITY AS p (key, spelling, fold, former, joins, phone, born, document, mask,
        sealed, visit, declaration, code, places, on_behalf, place)
), {RESOLVED}, said AS MATERIALIZED (SELECT %(outcome)s::smallint AS outcome),
{_ARRIVAL}
"""  # noqa: S608 - our own texts only

# What their own phone declared of them replaces what it declared before; a card's or another
# phone's words stay as they are.
_VISITORS = """
visitor AS (
    INSERT INTO declarations_visitor AS visitor
        (key, phone_hash, fold, spelling, born, memory, is_own, document_hash, residence_id,
         sealing_key_id, seen_on, declared_on, outcome, burst, mask, sealed)
    SELECT visitor, phone, fold, spelling, born, CASE WHEN is_theirs THEN %(memory)s::uuid END,
        visitor = key AND %(memory)s::uuid IS NOT NULL, document, %(residence)s, %(key)s, %(day)s,
        %(day)s, %(outcome)s, %(burst)s, mask, sealed
    FROM arrival ORDER BY visitor
    ON CONFLICT (key) DO UPDATE SET
        fold = coalesce(visitor.fold, excluded.fold),
        spelling = coalesce(visitor.spelling, excluded.spelling),
        born = coalesce(visitor.born, excluded.born),
        memory = coalesce(visitor.memory, excluded.memory),
        seen_on = greatest(excluded.seen_on, visitor.seen_on),
        declared_on = CASE WHEN coalesce(visitor.memory, excluded.memory) = excluded.memory
            THEN excluded.declared_on ELSE visitor.declared_on END,
        outcome = CASE WHEN coalesce(visitor.memory, excluded.memory) = excluded.memory
            THEN excluded.outcome ELSE visitor.outcome END,
        document_hash = CASE WHEN {is_box}
            THEN coalesce(excluded.document_hash, visitor.document_hash)
            ELSE visitor.document_hash END,
        residence_id = CASE WHEN {is_box} THEN excluded.residence_id ELSE visitor.residence_id END,
        sealing_key_id = CASE WHEN {is_box}
            THEN excluded.sealing_key_id ELSE visitor.sealing_key_id END,
        mask = CASE WHEN {is_box} THEN excluded.mask ELSE visitor.mask END,
        sealed = CASE WHEN {is_box} THEN excluded.sealed ELSE visitor.sealed END
    RETURNING xmax = 0 AS is_new
)"""
_VERSIONS = """
version AS (
    INSERT INTO declarations_version AS version
        (visitor_id, source, key, row, phone_hash, document_hash, residence_id, sealing_key_id,
         seen_on, declared_on, outcome, mask, sealed)
    SELECT visitor, %(source)s, code, key, phone, document, %(residence)s, %(key)s, %(day)s, %(day)s,
        %(outcome)s, mask, sealed
    FROM arrival WHERE NOT is_box
    UNION ALL
    SELECT earlier.key, earlier.document_hash, earlier.document_hash, earlier.key,
        earlier.phone_hash, earlier.document_hash, earlier.residence_id, earlier.sealing_key_id, earlier.seen_on,
        NULL, NULL, earlier.mask, earlier.sealed
    FROM arrival JOIN declarations_visitor earlier ON earlier.key = arrival.visitor
    WHERE arrival.is_box AND NOT arrival.is_new AND earlier.document_hash <> arrival.document
    ON CONFLICT (visitor_id, source) DO UPDATE SET
        row = excluded.row, phone_hash = excluded.phone_hash,
        document_hash = coalesce(excluded.document_hash, version.document_hash),
        residence_id = excluded.residence_id, sealing_key_id = excluded.sealing_key_id,
        seen_on = excluded.seen_on, declared_on = excluded.declared_on,
        outcome = excluded.outcome, mask = excluded.mask, sealed = excluded.sealed
)"""
_DECLARATIONS = """
declaration AS (
    INSERT INTO {declarations}
        (venue_id, declared_at, recorded_at, residence_id, sealing_key_id, symptoms, outcome,
         travelled, case_contact, area_contact, symptomatic_contact, on_behalf, id, visitor_id,
         sealed)
    SELECT %(venue)s, %(entered_at)s, %(now)s, %(residence)s, %(key)s, %(symptoms)s, %(outcome)s,
        %(travelled)s, %(case_contact)s, %(area_contact)s, %(symptomatic_contact)s, on_behalf,
        declaration, visitor, places
    FROM arrival
    ON CONFLICT (venue_id, declared_at, id) DO NOTHING
    RETURNING id
)"""
_PEOPLE = {
    DECLARE: [_OWN, _DECLARATIONS],
    DECLARE_WHOLE: [_VISITORS, _VERSIONS, _DECLARATIONS],
}
_IS_BOX = "visitor.is_own AND excluded.is_own AND visitor.memory = excluded.memory"

_TOLD = """
SELECT visitor, is_new, is_theirs, (SELECT outcome FROM said), EXISTS (SELECT FROM stale),
    {to_settle}
FROM resolved ORDER BY place
"""

# Who is not on the newest sending of a form was not there: neither the visit nor what was said.
TAKE_BACK = """
WITH gone AS (
    DELETE FROM declarations_visit
    WHERE venue_id = %(venue)s AND entered_at = %(entered_at)s AND id BETWEEN %(first)s AND %(last)s
      AND NOT EXISTS (
        SELECT FROM unnest(%(visits)s::uuid[], %(visitors)s::uuid[]) AS kept (visit, visitor)
        WHERE kept.visit = id AND kept.visitor = visitor_id
      )
    RETURNING visitor_id, left_at, left_reason
), unsaid AS (
    DELETE FROM declarations_declaration said
    WHERE venue_id = %(venue)s AND declared_at = %(entered_at)s
      AND id BETWEEN %(first)s AND %(last)s
      AND visitor_id <> ALL (%(visitors)s::uuid[])
    RETURNING outcome, symptoms, case_contact OR area_contact OR symptomatic_contact AS contact
), marked AS (
    INSERT INTO declarations_tallymark
        (venue_id, at, arrived, declared, ask, stop, symptomatic, contact,
         left_scanned, left_moved_on, left_closing, left_usual_stay, left_turned_away)
    SELECT %(venue)s, %(entered_at)s, -(SELECT count(*) FROM gone), -count(*),
        -count(*) FILTER (WHERE outcome = 1), -count(*) FILTER (WHERE outcome = 2),
        -count(*) FILTER (WHERE symptoms > 0), -count(*) FILTER (WHERE contact), 0, 0, 0, 0, 0
    FROM unsaid
    UNION ALL
    SELECT %(venue)s, left_at, 0, 0, 0, 0, 0, 0, -(left_reason = 1)::int, -(left_reason = 2)::int,
        -(left_reason = 3)::int, -(left_reason = 4)::int, -(left_reason = 5)::int
    FROM gone WHERE left_at IS NOT NULL
)
SELECT visitor_id, left_at, left_reason FROM gone
"""


@lru_cache(maxsize=16)
def for_day(head: str, day: date) -> str:
    """The statement that writes a local day; its visits may end some of the day before."""
    visits, declarations = Visit._meta.db_table, Declaration._meta.db_table
    before = partitions.part_of(visits, day - timedelta(days=1))
    today = partitions.part_of(visits, day)
    is_whole, is_declared = head in (RETURN_WHOLE, DECLARE_WHOLE), head in _PEOPLE
    steps = [
        head,
        *_PEOPLE.get(head, []),
        f"moved_on AS ({_MOVED_ON})",
        f"moved_on_overnight AS ({_MOVED_ON.replace('{part}', '{eve}')})",
        f"visit AS ({_VISITS})",
        f"marked AS ({_MARKS})",
    ]
    text = ",\n".join(steps) + (_TOLD if is_whole else _DONE)
    text = (
        text.replace("{is_first}", _IS_FIRST)
        .replace("{to_settle}", _TO_SETTLE)
        .replace("{usual_stay}", _USUAL_STAY)
    )
    outcome = "(SELECT outcome FROM said)" if is_whole else "(SELECT outcome FROM known)"
    written = text.format(
        visits=today,
        today=today,
        declarations=partitions.part_of(declarations, day),
        part=today,
        eve=before,
        is_box=_IS_BOX,
        outcome="%(outcome)s::smallint" if is_declared else outcome,
        again=_AGAIN if is_whole else "DO NOTHING",
        newcomers="(SELECT count(*) FILTER (WHERE is_new) FROM visitor)" if is_declared else "0",
        **(_DECLARED if is_declared else _NOT_DECLARED),
    )
    return " ".join(written.split())
