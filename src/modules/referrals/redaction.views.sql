-- What is hidden of a referral.

-- The fields that this viewer is not shown, each with the reason.
create view graph.redaction as
  select g.id as referral_id, f.position, f.field, f.reason
  from
    graph.referral as g
    join hub.referral as r on r.id = g.id
    cross join lateral (
      values
        (1, 'person', 'Only your own records of this person are shown.', g.disclosure = 'STAGE'),
        (
          2,
          'reasons',
          'Reasons go to the referrer and the registered practice at this disclosure.',
          g.disclosure = 'STAGE' and g.referrer_id is null
        ),
        (3, 'route', 'The route is not part of what this party may know.', g.route is null),
        (4, 'waitingSince', 'Waits are shown to those who provide the support.', g.disclosure = 'STAGE'),
        (5, 'contacts', 'Only entries your organisation wrote are shown.', g.disclosure != 'FULL'),
        (6, 'measurements', 'Only entries your organisation wrote are shown.', g.disclosure != 'FULL'),
        (
          7,
          'notes',
          'Only entries your organisation wrote, or that are addressed to it, are shown.',
          g.disclosure != 'FULL'
        ),
        -- at OWN_SERVICE the viewer is the receiver, who alone writes an outcome: nothing of it is kept from it
        (
          8,
          'outcome.summary',
          'The summary is shown to its author and those with full disclosure.',
          g.disclosure = 'STAGE'
        ),
        (9, 'receiver', 'Shown to the parties of this referral itself.', g.receiver_id is null),
        (10, 'service', 'Shown to the parties of this referral itself.', g.receiver_id is null),
        (11, 'linkWorker', 'Shown to the parties of this referral itself.', g.receiver_id is null),
        (
          12,
          'referrer',
          'Shown to the referrer, the registered practice and those who provide the support.',
          g.referrer_id is null
        ),
        (
          13,
          'decline',
          'Shown to the referrer, the registered practice and those who provide the support.',
          g.referrer_id is null
        ),
        (
          14,
          'outcome.selfManagementPlan',
          'Shown to the referrer, the registered practice and those who provide the support.',
          g.referrer_id is null
        ),
        (15, 'outcome.contacts', 'Shown to those who provide the support.', g.disclosure = 'STAGE'),
        (
          16,
          'plan',
          'Shown to the referrer, the registered practice and those who provide the support.',
          g.referrer_id is null
        ),
        (17, 'choices', 'Only entries your organisation wrote are shown.', g.disclosure != 'FULL'),
        (18, 'preparation', 'Shown to those who provide the support.', g.disclosure = 'STAGE'),
        (19, 'waitingDays', 'Waits are shown to those who provide the support.', g.disclosure = 'STAGE'),
        (
          20,
          'waitingPosition',
          'The place on a waiting list is shown to whoever keeps the list.',
          not (select hub.viewer_party()) = any (r.writer_ids)
        ),
        (21, 'reviewDue', 'Reviews are for those with full disclosure.', g.disclosure != 'FULL'),
        (22, 'extensions', 'Only entries your organisation wrote are shown.', g.disclosure != 'FULL')
    ) as f (position, field, reason, applies)
  where f.applies;
grant select on graph.redaction to loopwell_api;
