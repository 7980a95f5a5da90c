"""Views that say once what is counted: the tallies, and the marks that are not folded into them.

They are not grouped, so that what a page asks for by day, commune or venue reaches the tables
below; who reads them adds up. A migration that changes a column they use drops and makes them.
"""

from django.db import migrations

_COUNTED = """arrived, left_scanned, left_moved_on, left_closing, left_usual_stay,
    left_turned_away, declared, ask, stop, symptomatic, contact"""
_VIEWS = {
    # Nearly all marks are newer than the last reform; OFFSET 0: a day is dear and worked out once.
    "placed_mark": f"""
SELECT venue_id, at, hour, day, kind, {_COUNTED},
    coalesce(CASE WHEN at < (
        SELECT max(until)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' FROM venues_formercommune
    ) THEN (
        SELECT former.commune_id FROM venues_formercommune former
        WHERE former.venue_id = mark.venue_id
          AND former.until > (mark.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        ORDER BY former.until LIMIT 1
    ) END, venue.commune_id) AS commune_id
FROM (
    SELECT *, date_bin('1 hour', at, '2000-01-01 00:00+00') AS hour,
        (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day
    FROM declarations_tallymark OFFSET 0
) mark JOIN venues_venue venue ON venue.id = mark.venue_id""",
    "live_presence": """
SELECT venue.id AS venue_id, venue.commune_id, venue.kind, venue.registered_at, venue.closed_at,
    coalesce(presence.inside, 0) + coalesce(fresh.inside, 0) AS inside,
    greatest(presence.newest_at, fresh.newest_at) AS newest_at
FROM venues_venue venue
LEFT JOIN declarations_presence presence ON presence.venue_id = venue.id
LEFT JOIN (
    SELECT venue_id, sum(arrived - left_scanned - left_moved_on - left_closing - left_usual_stay
            - left_turned_away)::int AS inside,
        max(at) FILTER (WHERE arrived > 0) AS newest_at
    FROM declarations_tallymark GROUP BY venue_id
) fresh ON fresh.venue_id = venue.id""",
    "live_venue_hour": f"""
SELECT venue_id, hour AS at, {_COUNTED} FROM declarations_tally
UNION ALL
SELECT venue_id, at, {_COUNTED} FROM declarations_tallymark""",
    "live_hour": f"""
SELECT commune_id, hour, {_COUNTED} FROM declarations_hourtally
UNION ALL
SELECT commune_id, hour, {_COUNTED} FROM placed_mark""",
    "live_day": f"""
SELECT commune_id, day, {_COUNTED} FROM declarations_daytally
UNION ALL
SELECT commune_id, day, {_COUNTED} FROM placed_mark""",
    "live_day_kind": f"""
SELECT commune_id, kind, day, {_COUNTED} FROM declarations_kindtally
UNION ALL
SELECT commune_id, kind, day, {_COUNTED} FROM placed_mark""",
}
_COMMENTS = {
    "placed_mark": "marks with the local day and the commune in which the venue then stood",
    "live_presence": "each venue as it now is: how many are inside, and when somebody came last",
    "live_venue_hour": "what was counted at a venue; at is when its hour begins, of a mark its moment",
    "live_hour": "what was counted in a commune in an hour, in several rows",
    "live_day": "what was counted in a commune on a local day, in several rows",
    "live_day_kind": "what was counted at venues of one kind in a commune on a day, in several rows",
}


class Migration(migrations.Migration):
    dependencies = [
        ("declarations", "0010_keys_of_the_authority"),
        ("venues", "0004_former_communes"),
    ]

    operations = [
        migrations.RunSQL(
            [
                f"CREATE VIEW {name} AS {query}",
                f"COMMENT ON VIEW {name} IS '{_COMMENTS[name]}'",
            ],
            f"DROP VIEW {name}",
        )
        for name, query in _VIEWS.items()
    ]
