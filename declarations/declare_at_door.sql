-- What people answered at a door. Where no phone of their own ever declared, they decide at other
-- doors: of one day the worst, as whoever is ill may be asked again until the answer suits.
WITH said AS (
    SELECT said.*, visitor.residence_id AS residence
    FROM unnest(:'moments'::timestamptz[], :'days'::date[], :'ids'::uuid[], :'visits'::uuid[],
        :'visitors'::uuid[], :'symptoms'::smallint[], :'outcomes'::smallint[],
        :'travelled'::boolean[], :'case_contact'::boolean[], :'area_contact'::boolean[],
        :'symptomatic_contact'::boolean[], :'decides'::boolean[])
        AS said (at, day, id, visit, visitor, symptoms, outcome, travelled, case_contact,
            area_contact, symptomatic_contact, decides)
    LEFT JOIN declarations_visitor visitor ON visitor.key = said.visitor
), declaration AS (
    INSERT INTO declarations_declaration
        (venue_id, declared_at, recorded_at, residence_id, sealing_key_id, symptoms, outcome,
         travelled, case_contact, area_contact, symptomatic_contact, on_behalf, id, visitor_id)
    SELECT :'venue', at, :'now', residence, :'sealing_key', symptoms, outcome, travelled,
        case_contact, area_contact, symptomatic_contact, false, id, visitor
    FROM said
    ON CONFLICT (venue_id, declared_at, id) DO NOTHING
    RETURNING declared_at, outcome, symptoms, case_contact OR area_contact OR symptomatic_contact
        AS contact
), corrected AS (
    UPDATE declarations_visit visit SET outcome = said.outcome FROM said
    WHERE venue_id = :'venue' AND visit.entered_at = said.at AND visit.id = said.visit
      AND visit.entered_at >= :'first' AND visit.entered_at <= :'last'
      AND visit.outcome <> said.outcome
), decides AS (
    UPDATE declarations_visitor visitor SET declared_on = newest.day,
        outcome = CASE WHEN visitor.declared_on = newest.day
            THEN greatest(visitor.outcome, newest.outcome) ELSE newest.outcome END
    FROM (
        SELECT DISTINCT ON (visitor) * FROM said WHERE decides
        ORDER BY visitor, day DESC, said.outcome DESC
    ) newest
    WHERE visitor.key = newest.visitor AND visitor.memory IS NULL
      AND (visitor.declared_on IS NULL OR visitor.declared_on <= newest.day)
)
INSERT INTO declarations_tallymark (venue_id, at, declared, ask, stop, symptomatic, contact)
SELECT :'venue', max(declared_at), count(*), count(*) FILTER (WHERE outcome = 1),
    count(*) FILTER (WHERE outcome = 2), count(*) FILTER (WHERE symptoms > 0),
    count(*) FILTER (WHERE contact)
FROM declaration GROUP BY date_trunc('hour', declared_at, 'UTC')
