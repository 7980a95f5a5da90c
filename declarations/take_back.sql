-- Who is not on the newest sending of a form was not there: neither the visit nor what was said.
WITH gone AS (
    DELETE FROM declarations_visit
    WHERE venue_id = :'venue' AND entered_at = :'entered_at' AND id BETWEEN :'first' AND :'last'
      AND NOT EXISTS (
        SELECT FROM unnest(:'visits'::uuid[], :'visitors'::uuid[]) AS kept (visit, visitor)
        WHERE kept.visit = id AND kept.visitor = visitor_id
      )
    RETURNING visitor_id, left_at, left_reason
), unsaid AS (
    DELETE FROM declarations_declaration said
    WHERE venue_id = :'venue' AND declared_at = :'entered_at'
      AND id BETWEEN :'first' AND :'last'
      AND visitor_id <> ALL (:'visitors'::uuid[])
    RETURNING outcome, symptoms, case_contact OR area_contact OR symptomatic_contact AS contact
), marked AS (
    INSERT INTO declarations_tallymark
        (venue_id, at, arrived, declared, ask, stop, symptomatic, contact,
         left_scanned, left_moved_on, left_closing, left_usual_stay, left_turned_away)
    SELECT :'venue'::int, :'entered_at'::timestamptz, -(SELECT count(*) FROM gone), -count(*),
        -count(*) FILTER (WHERE outcome = 1), -count(*) FILTER (WHERE outcome = 2),
        -count(*) FILTER (WHERE symptoms > 0), -count(*) FILTER (WHERE contact), 0, 0, 0, 0, 0
    FROM unsaid
    UNION ALL
    SELECT :'venue'::int, left_at, 0, 0, 0, 0, 0, 0, -(left_reason = 1)::int,
        -(left_reason = 2)::int, -(left_reason = 3)::int, -(left_reason = 4)::int,
        -(left_reason = 5)::int
    FROM gone WHERE left_at IS NOT NULL
)
SELECT visitor_id, left_at, left_reason FROM gone
