-- What a consent says, and who may say it.

-- May this organisation hear of the referral, beyond direct care? exclude wins, recipients narrows, shareWith limits
-- the sectors.
create or replace function hub.consent_allows(consent hub.consent, organisation uuid)
returns boolean
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    organisation != all (consent.exclude)
    and (consent.recipients is null or organisation = any (consent.recipients))
    and exists (
      select
      from hub.organisation as o
      where
        o.id = organisation
        and o.sector != 'COMMISSIONER'
        and o.sector = any (consent.share_with)
        and o.closed_on is null
    );
$$;
alter function hub.consent_allows owner to loopwell_keeper;

-- Does the person keep this organisation out: in general, or for a referral of the same tree? Each hop's own consent
-- does not undo it.
create or replace function hub.kept_out(referral hub.referral, organisation uuid)
returns boolean
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    exists (
      select
      from hub.consent as c
      where
        c.person_id = referral.person_id
        and c.withdrawn_at is null
        and organisation = any (c.exclude)
        and (c.expires_on is null or c.expires_on >= hub.today())
        and (
          c.referral_id is null
          or c.referral_id in (select r.id from hub.referral as r where r.root_id = referral.root_id)
        )
    );
$$;
alter function hub.kept_out owner to loopwell_keeper;

-- For keepers alone: who may give or withdraw consent in this referral. The person herself, or a party with FULL
-- disclosure.
create or replace function hub.may_decide_consent(referral hub.referral)
returns boolean
language sql
stable
set search_path = pg_catalog, hub, pg_temp
as $$
  select
    case
      when hub.viewer_is_person() then referral.person_id = hub.viewer_party()
      and hub.person_or_proxy_may('CONSENT')
      else hub.viewer_has_agreement()
      and hub.viewer_party() = any (referral.full_party_ids)
    end;
$$;
alter function hub.may_decide_consent owner to loopwell_keeper;

-- For keepers alone: writes a consent down.
create or replace function hub.add_consent(person uuid, referral uuid, consent jsonb, expires date)
returns hub.consent
language sql
set search_path = pg_catalog, hub, pg_temp
as $$
  insert into hub.consent
    (
      person_id,
      referral_id,
      recorded_by,
      given_by,
      given_at,
      share_with,
      recipients,
      exclude,
      categories,
      purpose,
      expires_on,
      party_ids,
      lawful_basis,
      competence_assessed,
      warned_at
    )
  values
    (
      person,
      referral,
      hub.viewer_party(),
      consent ->> 'givenBy',
      (consent ->> 'givenAt')::timestamptz,
      hub.texts(consent -> 'shareWith'),
      hub.uuids(consent -> 'recipients'),
      coalesce(hub.uuids(consent -> 'exclude'), '{}'),
      hub.texts(consent -> 'categories'),
      consent ->> 'purpose',
      expires,
      case
        when hub.viewer_is_organisation() then array[hub.viewer_party()]
        else '{}'
      end,
      coalesce(consent ->> 'lawfulBasis', 'DIRECT_CARE'),
      coalesce((consent ->> 'competenceAssessed')::boolean, false),
      -- the recorder of a consent for a fortnight knows when it ends
      case
        when expires <= hub.today() + hub.expiry_notice() then hub.clock()
      end
    )
  returning *;
$$;
alter function hub.add_consent owner to loopwell_keeper;
