-- Consents.

-- Consents that the viewer may read: what each allows, and whether it runs out soon.
create view graph.consent as
  select
    c.id,
    c.person_id,
    c.given_by,
    c.given_at,
    c.share_with,
    c.categories,
    c.purpose,
    c.referral_id,
    c.expires_on,
    c.withdrawn_at,
    c.created_at,
    c.lawful_basis,
    c.competence_assessed,
    c.withdrawn_at is null
    and coalesce(c.expires_on between hub.today() and hub.today() + hub.expiry_notice(), false) as expires_soon
  from hub.consent as c;
grant select on graph.consent to loopwell_api;

-- The organisations that a consent names.
create view graph.consent_recipient as
  select c.id as consent_id, n.position::integer, o.id, o.name, o.sector, o.receives_referrals
  from
    hub.consent as c
    cross join lateral unnest(c.recipients) with ordinality as n (organisation_id, position)
    join hub.organisation as o on o.id = n.organisation_id;
grant select on graph.consent_recipient to loopwell_api;
